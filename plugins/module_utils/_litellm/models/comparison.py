# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the wanted and the stored deployment: pure, no I/O. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._resource import Resource
from ..fingerprint import FINGERPRINT_KEY, matches
from .desired import DEPLOYMENT_KEY, MARKERS, SCOPE_KEY, Deployment
from .normalise import CLEARABLE, RESET_BY_PATCH, added_by_litellm, same


class Extras(t.NamedTuple):
    """Names of what is stored and not wanted, in litellm_params and in model_info."""

    params: tuple[str, ...] = ()
    info: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """As ``differences`` names them."""
        return [*(f"litellm_params.{name}" for name in self.params), *(f"model_info.{name}" for name in self.info)]


def differences(wanted: Deployment, found: Resource) -> list[str]:
    """Names of what the user set and LiteLLM has otherwise; with ``exact`` also of what the user did not set."""
    return changes(wanted, found) + extras(wanted, found).names()


def changes(wanted: Deployment, found: Resource) -> list[str]:
    """Names of what the user set and LiteLLM has otherwise."""
    names = []
    if wanted.model_name not in (None, found["model_name"]):
        names.append("model_name")
    if wanted.blocked not in (None, found["blocked"]):
        names.append("blocked")
    names += [
        f"litellm_params.{name}"
        for name, value in wanted.litellm_params.items()
        if name not in wanted.unreadable and not same(name, value, found["litellm_params"].get(name))
    ]
    names += [f"litellm_params.{name}" for name in stale(wanted, found)]
    info = found["model_info"]
    names += [
        f"model_info.{key}"
        for key, value in wanted_info(wanted).items()
        if key not in info or not same(key, value, info[key])
    ]
    return names


def extras(wanted: Deployment, found: Resource) -> Extras:
    """What ``exact`` removes. Empty without it."""
    if not wanted.exact:
        return Extras()
    # A secret may be stored and left out of LiteLLM's answer: its fingerprint tells.
    stored = {name for name, value in found["litellm_params"].items() if _is_set(name, value)} | set(known(found))
    info = {
        key
        for key, value in found["model_info"].items()
        if value is not None and key not in MARKERS and not added_by_litellm(key)
    }
    return Extras(tuple(sorted(stored - set(wanted.litellm_params))), tuple(sorted(info - set(wanted.model_info))))


def known(row: Resource) -> t.Mapping[str, t.Any]:
    """Fingerprints of a row by parameter."""
    found = row["model_info"].get(FINGERPRINT_KEY)
    return found if isinstance(found, dict) else {}


def stale(wanted: Deployment, found: Resource) -> list[str]:
    """Parameters that LiteLLM does not show and that are to be written again."""
    if wanted.update_secrets == "on_create":
        return []
    have = known(found)
    return [
        name
        for name, value in wanted.litellm_params.items()
        if name in wanted.unreadable and (wanted.update_secrets == "always" or not matches(name, value, have.get(name)))
    ]


def markers(wanted: Deployment) -> dict[str, str]:
    """What model_info says of a deployment that is managed here. One with an id of its own is found by that only."""
    scope = {} if wanted.scope is None else {SCOPE_KEY: wanted.scope}
    return {DEPLOYMENT_KEY: wanted.id if wanted.own_id else wanted.deployment, **scope}


def wanted_info(wanted: Deployment) -> dict[str, t.Any]:
    """model_info as compared. Who gave an id needs no marker to find the row again."""
    marked = markers(wanted)
    if wanted.own_id:
        del marked[DEPLOYMENT_KEY]
    return {**wanted.model_info, **marked}


def _is_set(name: str, value: t.Any) -> bool:
    # Switched off and cleared are read back as false and 0.
    return bool(value) if name in RESET_BY_PATCH or name in CLEARABLE else value is not None
