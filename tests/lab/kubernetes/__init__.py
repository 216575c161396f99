"""A real Kubernetes of one node: configuration, command lines and what is installed in it."""
