#!/bin/sh
# Stand-in for the entry point of LiteLLM's published image: the arguments are LiteLLM's own.
exec litellm "$@"
