# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bedrock's catalogue: models, profiles and access, one decorated function a call. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._aws.calls import reads


@reads("list the foundation models")
def list_foundation_models(client: t.Any) -> dict[str, dict[str, t.Any]]:
    """Bedrock's summaries by model id. The API has no pages."""
    return {model["modelId"]: model for model in client.list_foundation_models()["modelSummaries"]}


@reads("list the inference profiles")
def list_inference_profiles(client: t.Any) -> dict[str, dict[str, t.Any]]:
    """Bedrock's own inference profiles by id."""
    pages = client.get_paginator("list_inference_profiles").paginate(typeEquals="SYSTEM_DEFINED")
    listed = pages.build_full_result().get("inferenceProfileSummaries", [])
    return {profile["inferenceProfileId"]: profile for profile in listed}


@reads("read the access to {model_id}")
def availability_of(client: t.Any, model_id: str) -> dict[str, t.Any]:
    """Access of this account and region to a foundation model."""
    return t.cast("dict[str, t.Any]", client.get_foundation_model_availability(modelId=model_id))
