# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for LiteLLM's virtual keys: pure, no I/O. Private to this collection.

A key, as found, is a mapping with key_alias, token_id, the SETTINGS, created_at, expires, spend and others: what it has
besides. LiteLLM keeps a hash of the secret only.
"""

from __future__ import annotations

import hashlib
import typing as t
from datetime import datetime

from .._resource import Call, Plan, Refused, Resource
from . import age, settings

# What a key has when nothing is said: without limits, for all models.
SETTINGS: dict[str, t.Any] = {
    "models": [],
    "max_budget": None,
    "budget_duration": None,
    "budget_id": None,
    "rpm_limit": None,
    "tpm_limit": None,
    "max_parallel_requests": None,
    "metadata": {},
    "team_id": None,
    "blocked": False,
}
# What can be taken away; "duration" stands for the end of the key's life.
CLEARABLE = (
    "max_budget",
    "budget_duration",
    "budget_id",
    "rpm_limit",
    "tpm_limit",
    "max_parallel_requests",
    "team_id",
    "duration",
)
_NUMBERS = ("max_budget", "rpm_limit", "tpm_limit", "max_parallel_requests")
_SHORTEST_KEY = 16
_ROTATION = ("rotate_older_than", "rotate_made_before")
# What other hands may have given a key: taken along into the key that replaces it ...
_CARRIED = (
    "user_id",
    "aliases",
    "permissions",
    "allowed_routes",
    "allowed_cache_controls",
    "access_group_ids",
    "tpd_limit",
    "budget_fallbacks",
    "router_settings",
    "key_type",
)
# ... and what cannot be.
_LOST = (
    "agent_id",
    "org_id",
    "project_id",
    "object_permission_id",
    "model_max_budget",
    "budget_limits",
    "auto_rotate",
)


def token_id(key: str) -> str:
    """What LiteLLM knows a key by."""
    return hashlib.sha256(key.encode()).hexdigest()


def desired(options: Resource) -> dict[str, t.Any]:
    """The key that a module's options ask for: what is not set is left out. Raises Refused, naming the remedy."""
    names = ("key_alias", "key", "duration", "replace", *_ROTATION, "clear", *SETTINGS)
    wanted = {name: options[name] for name in names if options[name] is not None}
    for name in ("key_alias", "team_id", "budget_id"):
        if not wanted.get(name, name).strip():
            remedy = f" To take it away: clear: [{name}]." if name in CLEARABLE else ""
            raise Refused(f"{name} is empty.{remedy}")
    if "key" in wanted and not (wanted["key"].startswith("sk-") and len(wanted["key"]) >= _SHORTEST_KEY):
        raise Refused(f"key must begin with sk- and have at least {_SHORTEST_KEY} characters, or LiteLLM refuses it.")
    settings.check(wanted, numbers=_NUMBERS, durations=("duration", "budget_duration", "rotate_older_than"))
    for name in _ROTATION:
        if name in wanted and "key" in wanted:
            raise Refused(f"{name} is for secrets that LiteLLM makes. With key, give another key and replace: true.")
    if "rotate_made_before" in wanted:
        age.moment("rotate_made_before", wanted["rotate_made_before"])
    return wanted


def plan_present(wanted: Resource, found: Resource | None, holder: Resource | None = None, *, now: datetime) -> Plan:
    """Plan for a key that is to exist. What the user did not set stays as it is.

    found: the key of the alias. holder: the key that has the wanted secret, looked up when ``found`` has it not.
    """
    if holder is not None and (found is None or holder["token_id"] != found["token_id"]):
        raise Refused(
            f"The secret of this key belongs to the key {holder['key_alias'] or holder['token_id']} already. Take "
            "another secret, or delete that key."
        )
    if found is None:
        return Plan(None, _after(wanted), (_generate(wanted),))
    if _is_replaced(wanted, found, now):
        return _plan_replacement(wanted, found, now)
    changes = settings.changes(wanted, found, SETTINGS)
    after = {**view(found), **changes}
    if "duration" in wanted.get("clear", ()) and found["expires"] is not None:
        # The end of a key's life is set as a duration, but kept as a date.
        changes["duration"] = after["expires"] = None
    if not changes:
        return Plan(view(found), view(found))
    return Plan(view(found), after, (Call("update key", {"body": {"key": found["token_id"], **changes}}),))


def plan_absent(found: Resource | None) -> Plan:
    """Plan for a key that is not to exist."""
    if found is None:
        return Plan(None, None)
    return Plan(view(found), None, (_delete(found),))


def view(found: Resource | None) -> dict[str, t.Any]:
    """A key for the user, empty where there is none. Never its secret, nor what it spent: that changes by itself."""
    if found is None:
        return {}
    return {name: found[name] for name in ("key_alias", "token_id", *SETTINGS, "created_at", "expires")}


def parse(raw: Resource) -> dict[str, t.Any]:
    """A key as the planner takes it, out of LiteLLM's answer."""
    values = {name: raw.get(name) if raw.get(name) is not None else value for name, value in SETTINGS.items()}
    rest = {name: raw.get(name) for name in ("key_alias", "created_at", "expires", "spend")}
    others = {name: raw[name] for name in (*_CARRIED, *_LOST) if raw.get(name) and raw[name] != "default"}
    return {**rest, "token_id": raw.get("token"), **values, "others": others}


def _is_replaced(wanted: Resource, found: Resource, now: datetime) -> bool:
    """Whether the key is to have another secret: the user's, or a new one because it is too old."""
    if "key" in wanted:
        return bool(token_id(wanted["key"]) != found["token_id"])
    return age.is_due(found["created_at"], wanted.get("rotate_older_than"), wanted.get("rotate_made_before"), now)


def _plan_replacement(wanted: Resource, found: Resource, now: datetime) -> Plan:
    """The secret of a key cannot be changed: the old key goes, and one like it comes. (An alias cannot be twice.)"""
    if "key" in wanted and not wanted.get("replace"):
        raise Refused(
            f"The key {found['key_alias']} has another secret, and LiteLLM cannot change the secret of a key. Set "
            "replace: true to delete it and make it anew with the same settings; what it spent so far is not counted "
            "on."
        )
    if lost := sorted(found["others"].keys() & set(_LOST)):
        raise Refused(
            f"The key {found['key_alias']} has settings that a new key in its place would not get: {', '.join(lost)}. "
            "Take them away, or delete the key (state: absent) and make it anew."
        )
    cleared = set(wanted.get("clear", ()))
    kept = {name: found[name] for name in SETTINGS if found[name] != SETTINGS[name] and name not in cleared}
    kept.update(found["others"])
    if found["expires"] is not None and not {"duration"} & (cleared | wanted.keys()):
        kept["duration"] = age.rest_of_life(found["key_alias"], found["expires"], now)
    whole = {**kept, **wanted}
    if "metadata" in wanted:
        whole["metadata"] = settings.notes(wanted["metadata"], found["metadata"])
    unsaid = {name: value for name, value in kept.items() if name not in wanted}
    return Plan(view(found), _after(whole), (_delete(found), _generate(whole, unsaid)))


def _generate(wanted: Resource, unsaid: Resource | None = None) -> Call:
    """unsaid: settings of the deleted key that the user did not name, None where no key was deleted."""
    names = ("key_alias", "key", "duration", *SETTINGS, *_CARRIED)
    return Call("generate key", {"body": {name: wanted[name] for name in names if name in wanted}, "unsaid": unsaid})


def _delete(found: Resource) -> Call:
    return Call("delete key", {"token_id": found["token_id"], "key_alias": found["key_alias"]})


def _after(wanted: Resource) -> dict[str, t.Any]:
    known = {"token_id": token_id(wanted["key"])} if "key" in wanted else {}
    return {"key_alias": wanted["key_alias"], **known, **{name: wanted.get(name, SETTINGS[name]) for name in SETTINGS}}
