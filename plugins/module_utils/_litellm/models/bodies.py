# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of LiteLLM's calls for deployments: pure, no I/O. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._resource import Resource
from ..fingerprint import FINGERPRINT_KEY, fingerprint
from ..masking import is_unreadable
from .comparison import known, markers
from .desired import SCOPE_KEY, Deployment
from .normalise import RESET_BY_PATCH, added_by_litellm

Body = dict[str, t.Any]


def creation(wanted: Deployment, row_id: str | None = None, info: t.Mapping[str, t.Any] | None = None) -> Body:
    """The row for POST /model/new, with the wanted id and all its information unless others are given."""
    if info is None:
        info = {**wanted.model_info, **markers(wanted), **fingerprints(wanted.litellm_params)}
    return {
        "model_name": wanted.model_name,
        "litellm_params": _given(wanted),
        "model_info": {**info, "id": row_id or wanted.id},
        "blocked": bool(wanted.blocked),
    }


def whole(wanted: Deployment, found: Resource, row_id: str) -> Body:
    """As ``creation``, for a row that takes the place of the one found."""
    kept = {SCOPE_KEY: found["model_info"][SCOPE_KEY]} if SCOPE_KEY in found["model_info"] else {}
    info = {**kept, **wanted.model_info, **markers(wanted), **fingerprints(wanted.litellm_params)}
    blocked = found["blocked"] if wanted.blocked is None else wanted.blocked
    return {**creation(wanted, row_id, info), "blocked": blocked}


def restored(wanted: Deployment, found: Resource) -> Body:
    """The row found, for POST /model/new, with the wanted secrets in the place of those that LiteLLM does not show."""
    params = {
        name: value
        for name, value in found["litellm_params"].items()
        if value is not None and name not in known(found) and not is_unreadable(name, value)
    }
    secret = {name: value for name, value in _given(wanted).items() if name in wanted.unreadable}
    info = {key: value for key, value in found["model_info"].items() if value is not None and not added_by_litellm(key)}
    return {
        "model_name": found["model_name"],
        "litellm_params": {**params, **secret},
        "model_info": {**info, "id": found["id"]},
        "blocked": found["blocked"],
    }


def update(wanted: Deployment, found: Resource, info: t.Mapping[str, t.Any], cleared: t.Iterable[str]) -> Body:
    """The body of a PATCH: everything that is wanted, because LiteLLM resets what it misses (see RESET_BY_PATCH).

    cleared: parameters that are to go, of those that null removes.
    """
    params = {
        name: value
        for name, value in wanted.litellm_params.items()
        if wanted.update_secrets != "on_create" or name not in wanted.unreadable
    }
    body = {
        "model_name": wanted.model_name or found["model_name"],
        "litellm_params": {**dict.fromkeys(cleared), **_switches(wanted, found), **params},
        "model_info": {**info, "id": found["id"]},
    }
    return body if wanted.blocked is None else {**body, "blocked": wanted.blocked}


def strip(wanted: Deployment, found: Resource) -> Body:
    """The body of the old POST /model/update, which deletes the undeclared parameters that it does not name."""
    return {
        "model_name": wanted.model_name or found["model_name"],
        "litellm_params": {**_switches(wanted, found), **_given(wanted)},
        "model_info": {"id": found["id"]},
    }


def fingerprints(params: t.Mapping[str, t.Any], have: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """The part of model_info that tells the values of what LiteLLM does not show; empty where there is none."""
    made = {name: fingerprint(name, value) for name, value in params.items() if is_unreadable(name, value)}
    return {FINGERPRINT_KEY: {**(have or {}), **made}} if made else {}


def _given(wanted: Deployment) -> Body:
    return {key: value for key, value in wanted.litellm_params.items() if value is not None}


def _switches(wanted: Deployment, found: Resource) -> Body:
    """Every update sets these to false unless they are sent."""
    return {name: bool(found["litellm_params"].get(name)) and not wanted.exact for name in RESET_BY_PATCH}
