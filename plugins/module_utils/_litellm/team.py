# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for LiteLLM's teams: pure, no I/O. Private to this collection.

A team, as found, is a mapping with team_id, team_alias, the SETTINGS, spend and members. Its alias need not be unique.
"""

from __future__ import annotations

import typing as t
import uuid

from .._resource import Call, Plan, Refused, Resource
from . import settings

# Ids of teams are made in this name space. Never change it: every team would be created again.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:ansible-collection:llmops.bedrock:litellm-team")

# What a team has when nothing is said: without limits, for all models.
SETTINGS: dict[str, t.Any] = {
    "models": [],
    "max_budget": None,
    "soft_budget": None,
    "budget_duration": None,
    "rpm_limit": None,
    "tpm_limit": None,
    "metadata": {},
    "blocked": False,
}
# Limits that can be taken away.
CLEARABLE = ("max_budget", "soft_budget", "budget_duration", "rpm_limit", "tpm_limit")
_NUMBERS = ("max_budget", "soft_budget", "rpm_limit", "tpm_limit")


def fixed_id(team_alias: str) -> str:
    """The id of a team: always the same for the same alias, so that a repeated creation cannot make a second."""
    return str(uuid.uuid5(_NAMESPACE, team_alias))


def desired(options: Resource) -> dict[str, t.Any]:
    """The team that a module's options ask for: what is not set is left out. Raises Refused, naming the remedy.

    own_id is true where the user chose the id; team_id is there in any case.
    """
    names = ("state", "team_alias", "team_id", "adopt", "delete_keys", "clear", *SETTINGS)
    wanted = {name: options[name] for name in names if options[name] is not None}
    for name in ("team_alias", "team_id"):
        if name in wanted and not wanted[name].strip():
            raise Refused(f"{name} is empty.")
    settings.check(wanted, numbers=_NUMBERS, durations=["budget_duration"])
    wanted["own_id"] = "team_id" in wanted
    if not wanted["own_id"]:
        wanted["team_id"] = fixed_id(wanted["team_alias"])
    return wanted


def needs_namesakes(wanted: Resource, found: Resource | None) -> bool:
    """Whether ``select`` has to know the teams of the wanted alias. found: the one of the wanted id."""
    removes_others = wanted["state"] == "absent" and bool(wanted.get("adopt"))
    return not wanted["own_id"] and (found is None or removes_others)


def select(wanted: Resource, found: Resource | None, namesakes: t.Sequence[Resource]) -> Resource | None:
    """The team that is meant: that of the wanted id, else one of those of the wanted alias, which others made."""
    namesakes = [team for team in namesakes if team["team_id"] != wanted["team_id"]]
    if found is not None:
        _refuse_to_remove_one_after_the_other(wanted, namesakes)
        return found
    if wanted["own_id"] or not namesakes or not (wanted.get("adopt") or wanted["state"] == "present"):
        return None
    ids = ", ".join(sorted(team["team_id"] for team in namesakes))
    if len(namesakes) > 1:
        raise Refused(
            f"Several teams have the alias {wanted['team_alias']}, and this module made none of them: {ids}. Say with "
            "team_id which one is meant."
        )
    if not wanted.get("adopt"):
        raise Refused(
            f"A team with the alias {wanted['team_alias']} exists that this module did not make: {ids}. Set adopt: "
            "true to take it over, or give its team_id."
        )
    return namesakes[0]


def _refuse_to_remove_one_after_the_other(wanted: Resource, namesakes: t.Sequence[Resource]) -> None:
    # With the first one gone, the next run would take the other for the one that is meant.
    if namesakes and wanted["state"] == "absent" and wanted.get("adopt"):
        raise Refused(
            f"LiteLLM has the team {wanted['team_alias']} ({wanted['team_id']}), and of that name also: "
            f"{', '.join(sorted(team['team_id'] for team in namesakes))}. Leave adopt away to delete the first only, "
            "and give a team_id to delete another."
        )


def plan_present(wanted: Resource, found: Resource | None) -> Plan:
    """Plan for a team that is to exist. What the user did not set stays as it is."""
    if found is None:
        return _plan_creation(wanted)
    changes = settings.changes(wanted, found, ("team_alias", *SETTINGS))
    if not changes:
        return Plan(view(found), view(found))
    after = {**view(found), **changes}
    _check_budgets(after)
    calls = (Call("update team", {"body": {"team_id": found["team_id"], **body}}) for body in _parts(changes))
    return Plan(view(found), after, tuple(calls))


def plan_absent(wanted: Resource, found: Resource | None, keys: t.Sequence[Resource] = ()) -> Plan:
    """Plan for a team that is not to exist. keys: those of the team, which LiteLLM deletes with it."""
    if found is None:
        return Plan(None, None)
    names = sorted(key["key_alias"] or key["token_id"] for key in keys)
    if names and not wanted.get("delete_keys"):
        raise Refused(
            f"The team {_label(found)} has {len(names)} keys, which LiteLLM deletes with it: {', '.join(names)}. Move "
            "them elsewhere with litellm_key, or set delete_keys: true."
        )
    before = {**view(found), "keys": names} if names else view(found)
    return Plan(before, None, (Call("delete team", {"team_id": found["team_id"], "label": _label(found)}),))


def view(found: Resource | None) -> dict[str, t.Any]:
    """A team for the user, empty where there is none. Never what it spent: that changes by itself."""
    if found is None:
        return {}
    return {name: found[name] for name in ("team_id", "team_alias", *SETTINGS)}


def parse(raw: Resource) -> dict[str, t.Any]:
    """A team as the planner takes it, out of LiteLLM's answer."""
    values = {name: raw.get(name) if raw.get(name) is not None else value for name, value in SETTINGS.items()}
    members = [{name: row.get(name) for name in ("user_id", "role")} for row in raw.get("members_with_roles") or []]
    return {**{name: raw.get(name) for name in ("team_id", "team_alias", "spend")}, **values, "members": members}


def _plan_creation(wanted: Resource) -> Plan:
    if "team_alias" not in wanted:
        raise Refused(f"There is no team {wanted['team_id']}. Give it a team_alias to create it.")
    body = {name: wanted[name] for name in ("team_id", "team_alias", *SETTINGS) if name in wanted}
    after = {**SETTINGS, **body}
    _check_budgets(after)
    return Plan(None, view(after), (Call("create team", {"body": body}),))


def _check_budgets(after: Resource) -> None:
    hard, soft = after["max_budget"], after["soft_budget"]
    if None not in (hard, soft) and soft >= hard:
        raise Refused(f"soft_budget ({soft:g}) must be lower than max_budget ({hard:g}): change or clear one of them.")


def _parts(changes: Resource) -> list[Resource]:
    """The changes in the order in which LiteLLM takes them.

    It compares a budget that is set with the stored other one, even if that is cleared by the same call.
    """
    budgets = [changes[name] for name in ("max_budget", "soft_budget") if name in changes]
    if len(budgets) < 2 or None not in budgets:
        return [changes]
    cleared = {name: None for name, value in changes.items() if value is None}
    rest = {name: value for name, value in changes.items() if value is not None}
    return [part for part in (cleared, rest) if part]


def _label(found: Resource) -> str:
    return str(found["team_alias"] or found["team_id"])
