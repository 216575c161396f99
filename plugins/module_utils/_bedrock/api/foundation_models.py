# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bedrock's catalogue: models, profiles and access, one decorated function a call. Private to this collection."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

from ..._aws.calls import reads
from ..models import Catalogue

# Below the ten connections that botocore keeps open.
_AT_ONCE = 8


@reads("list the foundation models")
def list_foundation_models(client: t.Any, **filters: str) -> dict[str, dict[str, t.Any]]:
    """Bedrock's summaries by model id. The API has no pages. filters: as in the API (byProvider)."""
    return {model["modelId"]: model for model in client.list_foundation_models(**filters)["modelSummaries"]}


@reads("list the inference profiles")
def list_inference_profiles(client: t.Any, kind: str = "SYSTEM_DEFINED") -> dict[str, dict[str, t.Any]]:
    """Inference profiles by id: Bedrock's own, or with APPLICATION those of the account."""
    pages = client.get_paginator("list_inference_profiles").paginate(typeEquals=kind)
    listed = pages.build_full_result().get("inferenceProfileSummaries", [])
    return {profile["inferenceProfileId"]: profile for profile in listed}


@reads("read the access to {model_id}")
def availability_of(client: t.Any, model_id: str) -> dict[str, t.Any]:
    """Access of this account and region to a foundation model."""
    return t.cast("dict[str, t.Any]", client.get_foundation_model_availability(modelId=model_id))


def catalogue_of(client: t.Any, *, own_profiles: bool = False, **filters: str) -> Catalogue:
    """The listings of the client's region. own_profiles: also those inference profiles that the account made."""
    profiles = list_inference_profiles(client) or {}
    if own_profiles:
        profiles |= list_inference_profiles(client, "APPLICATION") or {}
    return Catalogue(client.meta.region_name, list_foundation_models(client, **filters) or {}, profiles)


def availabilities_of(client: t.Any, model_ids: t.Collection[str]) -> dict[str, dict[str, t.Any]]:
    """As ``availability_of``, of many models by id: the API tells one a call, so that several are asked at once."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = pool.map(lambda model_id: availability_of(client, model_id), model_ids)
        return {model_id: answer or {} for model_id, answer in zip(model_ids, answers, strict=True)}
