# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for LiteLLM's virtual keys: pure, no I/O. Private to this collection.

A key, as found, is a mapping with key_alias, token_id, the SETTINGS, expires and spend. LiteLLM keeps a hash of the
secret only.
"""

from __future__ import annotations

import hashlib
import re
import typing as t

from .._resource import Call, Plan, Refused, Resource

# What a key has when nothing is said: without limits, for all models.
SETTINGS: dict[str, t.Any] = {
    "models": [],
    "max_budget": None,
    "budget_duration": None,
    "rpm_limit": None,
    "tpm_limit": None,
    "max_parallel_requests": None,
    "metadata": {},
    "team_id": None,
    "blocked": False,
}
# Limits that can be taken away; "duration" stands for the end of the key's life.
CLEARABLE = ("max_budget", "budget_duration", "rpm_limit", "tpm_limit", "max_parallel_requests", "duration")
_NUMBERS = ("max_budget", "rpm_limit", "tpm_limit", "max_parallel_requests")
_DURATION = re.compile(r"\d+(s|m|h|d|w|mo)")
_SHORTEST_KEY = 16


def token_id(key: str) -> str:
    """What LiteLLM knows a key by."""
    return hashlib.sha256(key.encode()).hexdigest()


def desired(options: Resource) -> dict[str, t.Any]:
    """The key that a module's options ask for: what is not set is left out. Raises Refused, naming the remedy."""
    names = ("key_alias", "key", "duration", "replace", "clear", *SETTINGS)
    wanted = {name: options[name] for name in names if options[name] is not None}
    if not wanted["key_alias"].strip():
        raise Refused("key_alias is empty.")
    if "key" in wanted and not (wanted["key"].startswith("sk-") and len(wanted["key"]) >= _SHORTEST_KEY):
        raise Refused(f"key must begin with sk- and have at least {_SHORTEST_KEY} characters, or LiteLLM refuses it.")
    if twice := sorted(set(wanted.get("clear", ())) & wanted.keys()):
        raise Refused(f"{', '.join(twice)} cannot be set and cleared at the same time.")
    for name in _NUMBERS:
        if wanted.get(name, 0) < 0:
            raise Refused(f"{name} must not be negative. To take the limit away: clear: [{name}].")
    for name in ("duration", "budget_duration"):
        if name in wanted and not _DURATION.fullmatch(wanted[name]):
            raise Refused(f"{name} must be a number with s, m, h, d, w or mo, as 30d, not {wanted[name]!r}.")
    return wanted


def plan_present(wanted: Resource, found: Resource | None, holder: Resource | None = None) -> Plan:
    """Plan for a key that is to exist. What the user did not set stays as it is.

    found: the key of the alias. holder: the key that has the wanted secret, looked up when ``found`` has it not.
    """
    if holder is not None and (found is None or holder["token_id"] != found["token_id"]):
        raise Refused(
            f"The secret of this key belongs to the key {holder['key_alias'] or holder['token_id']} already. Take "
            "another secret, or delete that key."
        )
    if found is None:
        return Plan(None, _after(wanted, SETTINGS), (_generate(wanted),))
    if "key" in wanted and token_id(wanted["key"]) != found["token_id"]:
        return _plan_replacement(wanted, found)
    changes = {name: wanted[name] for name in SETTINGS if name in wanted and not _same(name, wanted[name], found[name])}
    after = {**view(found), **changes}
    for name in wanted.get("clear", ()):
        # The end of a key's life is set as a duration, but kept as a date.
        kept_as = "expires" if name == "duration" else name
        if found[kept_as] is not None:
            changes[name] = after[kept_as] = None
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
    return {name: found[name] for name in ("key_alias", "token_id", *SETTINGS, "expires")}


def parse(raw: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A key as the planner takes it, out of LiteLLM's answer."""
    settings = {name: raw.get(name) if raw.get(name) is not None else value for name, value in SETTINGS.items()}
    rest = {name: raw.get(name) for name in ("key_alias", "expires", "spend")}
    return {**rest, "token_id": raw.get("token"), **settings}


def _plan_replacement(wanted: Resource, found: Resource) -> Plan:
    """The secret of a key cannot be changed: the old key goes, and one like it comes."""
    if not wanted.get("replace"):
        raise Refused(
            f"The key {found['key_alias']} has another secret, and LiteLLM cannot change the secret of a key. Set "
            "replace: true to delete it and make it anew with the same settings; what it spent so far is not counted "
            "on."
        )
    kept = {name: found[name] for name in SETTINGS if found[name] != SETTINGS[name]}
    cleared = set(wanted.get("clear", ()))
    whole = {**{name: value for name, value in kept.items() if name not in cleared}, **wanted}
    return Plan(view(found), _after(whole, SETTINGS), (_delete(found), _generate(whole)))


def _generate(wanted: Resource) -> Call:
    names = ("key_alias", "key", "duration", *SETTINGS)
    return Call("generate key", {"body": {name: wanted[name] for name in names if name in wanted}})


def _delete(found: Resource) -> Call:
    return Call("delete key", {"token_id": found["token_id"], "key_alias": found["key_alias"]})


def _after(wanted: Resource, settings: Resource) -> dict[str, t.Any]:
    known = {"token_id": token_id(wanted["key"])} if "key" in wanted else {}
    return {"key_alias": wanted["key_alias"], **known, **{name: wanted.get(name, settings[name]) for name in settings}}


def _same(name: str, wanted: t.Any, found: t.Any) -> bool:
    if name == "models":
        return sorted(wanted) == sorted(found)
    return bool(wanted == found)
