# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the things that LiteLLM keeps for its users, checked and compared: pure. Private to this collection."""

from __future__ import annotations

import math
import re
import typing as t

from .._resource import Refused, Resource

# What LiteLLM keeps among the notes (metadata), although it is set by other fields of its interface.
_KEPT_IN_METADATA = frozenset(
    (
        "allowed_passthrough_routes",
        "allowed_vector_store_indexes",
        "default_estimated_output_tokens",
        "default_estimated_output_tokens_per_model",
        "denied_passthrough_routes",
        "disable_global_guardrails",
        "enable_prompt_caching",
        "end_user_budget_id",
        "enforced_batch_output_expires_after",
        "enforced_file_expires_after",
        "enforced_params",
        "guardrails",
        "logging",
        "mcp_rpm_limit",
        "model_itpm_limit",
        "model_otpm_limit",
        "model_rpm_limit",
        "model_tpm_limit",
        "policies",
        "prompts",
        "rpm_limit_type",
        "secret_manager_settings",
        "service_account_id",
        "tag_rpm_limit",
        "tags",
        "team_member_budget_id",
        "team_member_key_duration",
        "temp_budget_expiry",
        "temp_budget_increase",
        "throttle_on_budget_exceeded",
        "tpm_limit_type",
    )
)
_DURATION = re.compile(r"\d+(s|m|h|d|w|mo)")


def check(wanted: Resource, *, numbers: t.Iterable[str], durations: t.Iterable[str]) -> None:
    """Raise Refused for settings that LiteLLM would refuse, take without an effect, or give back as something else."""
    if "logging" in wanted.get("metadata", ()):
        raise Refused(
            "metadata.logging cannot be set: LiteLLM enciphers the secrets in it. Set it on LiteLLM's own pages, it is "
            "left alone here."
        )
    if twice := sorted(set(wanted.get("clear", ())) & wanted.keys()):
        raise Refused(f"{', '.join(twice)} cannot be set and cleared at the same time.")
    for name in numbers:
        if not 0 <= wanted.get(name, 0) < math.inf:
            raise Refused(f"{name} must not be negative or infinite. To take the limit away: clear: [{name}].")
    for name in durations:
        if name in wanted and not _DURATION.fullmatch(wanted[name]):
            raise Refused(f"{name} must be a number with s, m, h, d, w or mo, as 30d, not {wanted[name]!r}.")


def changes(wanted: Resource, found: Resource, names: t.Iterable[str]) -> dict[str, t.Any]:
    """What of the named settings is to be written: those that are wanted and differ, and those that are cleared."""
    new: dict[str, t.Any] = {}
    for name in names:
        if name in wanted and not _same(name, wanted[name], found[name]):
            new[name] = notes(wanted[name], found[name]) if name == "metadata" else wanted[name]
        elif name in wanted.get("clear", ()) and found[name] is not None:
            new[name] = None
    return new


def notes(wanted: Resource, found: Resource) -> dict[str, t.Any]:
    """The wanted notes, with what LiteLLM itself keeps among those that are stored: it replaces them all."""
    return {**{name: value for name, value in found.items() if name in _KEPT_IN_METADATA}, **wanted}


def _same(name: str, wanted: t.Any, found: t.Any) -> bool:
    if name == "models":
        return set(wanted) == set(found)
    if name == "metadata":
        return notes(wanted, found) == dict(found)
    return bool(wanted == found)
