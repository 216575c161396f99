"""Wanted deployments for the tests of the reconciler."""

from __future__ import annotations

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.desired import from_options


def member(name="m", scope=None, **options):
    params = {"model": "bedrock/a", **options.pop("params", {})}
    return from_options({"model_name": name, "litellm_params": params, **options}, scope)
