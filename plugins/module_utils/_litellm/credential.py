# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for LiteLLM's named credentials: pure, no I/O. Private to this collection.

A credential, as found, is a mapping with credential_name, credential_values, credential_info and source (db or config).
LiteLLM shows some of the values and masks the others. A fingerprint of each lies in credential_info.
"""

from __future__ import annotations

import re
import typing as t

from .._resource import HIDDEN, Call, Plan, Refused, Resource
from .fingerprint import FINGERPRINT_KEY, fingerprint, matches

# How LiteLLM 1.106.2 masks a value: two letters at each end, or none of a short one.
_MASKED = re.compile(r"..\*{4}..|\*{5}", re.DOTALL)


def desired(options: Resource) -> dict[str, t.Any]:
    """The credential that a module's options ask for: what is not set is left out. Raises Refused."""
    names = ("credential_name", "credential_values", "credential_info", "clear", "update_secrets")
    wanted = {name: options[name] for name in names if options[name] is not None}
    values = wanted.get("credential_values", {})
    if not wanted["credential_name"].strip():
        raise Refused("credential_name is empty. Give the name that models have as litellm_credential_name.")
    if empty := sorted(name for name, value in values.items() if value is None):
        raise Refused(f"credential_values.{empty[0]} is null. To take a value away: clear: [{empty[0]}].")
    if twice := sorted(set(values) & set(wanted.get("clear", ()))):
        raise Refused(f"credential_values.{twice[0]} cannot be set and cleared at the same time.")
    if FINGERPRINT_KEY in wanted.get("credential_info", {}):
        raise Refused(f"credential_info.{FINGERPRINT_KEY} cannot be set. Use the option update_secrets.")
    return wanted


def plan_present(wanted: Resource, found: Resource | None) -> Plan:
    """Plan for a credential that is to exist. What the user did not set stays as it is."""
    if found is None:
        return _plan_creation(wanted)
    _refuse_config(found)
    stale = {name: wanted["credential_values"][name] for name in _stale(wanted, found)}
    cleared = [name for name in wanted.get("clear", ()) if name in found["credential_values"]]
    info = _info(wanted, found, stale, cleared)
    if not stale and not cleared and _shown(info) == _shown(found["credential_info"]):
        return Plan(view(found), view(found))
    # LiteLLM keeps what it is not given of the values, but nothing of the notes.
    body = {"credential_name": found["credential_name"], "credential_values": stale, "credential_info": info}
    if cleared:
        body["credential_values_to_delete"] = cleared
    values = {name for name in (*found["credential_values"], *stale) if name not in cleared}
    after = {**found, "credential_values": values, "credential_info": info}
    return Plan(view(found), view(after), (Call("update credential", {"body": body}),))


def is_as(wanted: Resource, found: Resource | None) -> bool:
    """Whether a credential is as wanted. (update_secrets: always is about writing, not about what stands then.)"""
    how = "auto" if wanted["update_secrets"] == "always" else wanted["update_secrets"]
    return found is not None and not plan_present({**wanted, "update_secrets": how}, found).calls


def hint(plan: Plan) -> str:
    """The likely remedy where LiteLLM does not show what was written, or "" for the usual one."""
    if not any("credential_values_to_delete" in call.arguments.get("body", {}) for call in plan.calls):
        return ""
    return (
        "A LiteLLM as old as 1.84 cannot take a value away: delete the credential (state: absent, force: true) and "
        "make it anew with the values that are to stay. With another one run again, with a higher wait_timeout."
    )


def plan_absent(found: Resource | None, users: t.Sequence[str] = ()) -> Plan:
    """Plan for a credential that is not to exist. users: names of the models that have it."""
    if found is None:
        return Plan(None, None)
    _refuse_config(found)
    if users:
        raise Refused(
            f"The credential {found['credential_name']} is in use by {', '.join(users)}. Without it LiteLLM would send "
            "their requests with whatever credentials its pod has, or fail. Change or delete these models first, or "
            "set force: true."
        )
    return Plan(view(found), None, (Call("delete credential", {"credential_name": found["credential_name"]}),))


def view(found: Resource | None) -> dict[str, t.Any]:
    """A credential for the user, without a value; empty where there is none."""
    if found is None:
        return {}
    return {
        "credential_name": found["credential_name"],
        "credential_values": dict.fromkeys(sorted(found["credential_values"]), HIDDEN),
        "credential_info": _shown(found["credential_info"]),
        "source": found["source"],
    }


def parse(raw: Resource) -> dict[str, t.Any]:
    """A credential as the planner takes it, out of LiteLLM's answer."""
    return {
        "credential_name": raw.get("credential_name"),
        "credential_values": raw.get("credential_values") or {},
        "credential_info": raw.get("credential_info") or {},
        "source": raw.get("source") or "db",
    }


def _plan_creation(wanted: Resource) -> Plan:
    name, values = wanted["credential_name"], wanted.get("credential_values")
    if not values:
        raise Refused(f"There is no credential {name}. Give its credential_values to create it.")
    new = {"credential_name": name, "credential_values": {}, "credential_info": {}, "source": "db"}
    info = _shown(_info(wanted, new, values, ()))
    body = {"credential_name": name, "credential_values": values, "credential_info": info}
    return Plan(None, view({**new, **body}), (Call("create credential", {"body": body}),))


def _stale(wanted: Resource, found: Resource) -> list[str]:
    """Names of the values that are to be written."""
    values, how = wanted.get("credential_values", {}), wanted["update_secrets"]
    if how == "on_create":
        return []
    return [name for name, value in values.items() if how == "always" or not _same(name, value, found)]


def _same(name: str, value: t.Any, found: Resource) -> bool:
    if name not in found["credential_values"]:
        return False
    shown = found["credential_values"][name]
    if not _is_masked(shown):
        return bool(shown == value)
    if shown != HIDDEN and isinstance(value, str) and shown != _mask(value):
        return False  # somebody else wrote another value, and left the fingerprint
    return matches(name, value, _known(found).get(name))


def _is_masked(shown: t.Any) -> bool:
    return isinstance(shown, str) and (shown == HIDDEN or _MASKED.fullmatch(shown) is not None)


def _mask(value: str) -> str:
    return "*****" if len(value) <= 4 else f"{value[:2]}****{value[-2:]}"


def _info(wanted: Resource, found: Resource, stale: Resource, cleared: t.Container[str]) -> dict[str, t.Any]:
    """The whole notes. Null takes a note away: LiteLLM's memory, other than its database, forgets none otherwise."""
    known = {name: value for name, value in _known(found).items() if name not in cleared}
    known |= {name: fingerprint(name, value) for name, value in stale.items()}
    prints = {FINGERPRINT_KEY: known} if known or FINGERPRINT_KEY in found["credential_info"] else {}
    return {**_shown(found["credential_info"]), **wanted.get("credential_info", {}), **prints}


def _known(found: Resource) -> t.Mapping[str, t.Any]:
    known = found["credential_info"].get(FINGERPRINT_KEY)
    return known if isinstance(known, t.Mapping) else {}


def _shown(info: Resource) -> dict[str, t.Any]:
    # Fingerprints are shown: they tell that a value changed, and are no secret themselves.
    return {name: value for name, value in info.items() if value is not None}


def _refuse_config(found: Resource) -> None:
    if found["source"] == "config":
        raise Refused(
            f"The credential {found['credential_name']} is defined in LiteLLM's configuration file and can be changed "
            "only there. Choose another credential_name to have one of your own."
        )
