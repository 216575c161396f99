# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls that make a stored deployment the wanted one: pure, no I/O. Private to this collection.

A row, as found, is what ``selection`` says.
"""

from __future__ import annotations

from ..._resource import Call, Plan, Refused, Resource
from ..masking import is_unreadable
from .bodies import creation, fingerprints, restored, strip, update, whole
from .comparison import Extras, changes, extras, known, markers, stale, wanted_info
from .desired import ADOPTED_KEY, DEPLOYMENT_KEY, Deployment
from .normalise import CLEARABLE, RESET_BY_PATCH, STRIPPED_BY_UPDATE, same
from .shown import view

CANNOT_BLOCK = (
    "This LiteLLM has no switch to block a deployment: newer releases, such as 1.106, have. To take its requests away, "
    "give it weight: 0 and the others of its name a weight, or remove it."
)
_Outcome = tuple[tuple[Call, ...], Resource]


def to_create(wanted: Deployment) -> Plan:
    """Plan for a deployment that is not stored."""
    body = creation(wanted)
    created = {**body, "id": wanted.id, "db_model": True}
    return Plan(None, view(created, wanted), (Call("create", {"body": body}),))


def to_change(wanted: Deployment, found: Resource, leftover: Resource | None = None) -> Plan:
    """Plan for a deployment that is stored otherwise.

    leftover: a second row of the deployment, which goes. Raises Refused where a secret would be lost.
    """
    extra = extras(wanted, found)
    cleanup = () if leftover is None else (_delete(leftover),)
    _refuse_to_lose_secrets(wanted, found, extra)
    cleared = [] if found.get("can_block", True) else _refuse_what_is_too_new(wanted, found)
    another_row = extra.info or any(_needs_another_row(name, found) for name in (*extra.params, *cleared))
    calls, after = _recreation(wanted, found) if another_row else _changes(wanted, found, extra)
    before = view(found, wanted)
    return Plan(before, view(after, wanted) if calls else before, (*cleanup, *calls))


def to_delete(found: Resource, leftover: Resource | None = None) -> Plan:
    """Plan for a stored deployment that is to go, with a second row of it."""
    return Plan(view(found), None, tuple(_delete(row) for row in (leftover, found) if row is not None))


def restoration(wanted: Deployment, found: Resource) -> Call:
    """The update that undoes one, as far as LiteLLM shows what was there: not for secrets, nor for what was added."""
    names = {*wanted.litellm_params, *extras(wanted, found).params}
    readable = {
        name: found["litellm_params"][name]
        for name in sorted(names & set(found["litellm_params"]) - set(known(found)))
        if name not in wanted.unreadable and not is_unreadable(name, found["litellm_params"][name])
    }
    info = {key: found["model_info"][key] for key in wanted.model_info if key in found["model_info"]}
    kept = {name: found["litellm_params"].get(name) or False for name in RESET_BY_PATCH}
    body = {
        "model_name": found["model_name"],
        "litellm_params": {**kept, **readable},
        "model_info": {**info, "id": found["id"]},
        "blocked": found["blocked"],
    }
    return Call("update", {"id": found["id"], "body": body, "row": body})


def _changes(wanted: Deployment, found: Resource, extra: Extras) -> _Outcome:
    """Calls that change the row as it stands, and the row afterwards."""
    cleared = [name for name in extra.params if _cleared_by_update(name, found)]
    written = {name: wanted.litellm_params[name] for name in stale(wanted, found)}
    info = {**wanted_info(wanted), **_adoption(wanted, found), **fingerprints(written, known(found))}
    calls: list[Call] = []
    if cleared or changes(wanted, found):
        row = creation(wanted, found["id"], {**markers(wanted), **info})
        calls.append(Call("update", {"id": found["id"], "body": update(wanted, found, info, cleared), "row": row}))
    if len(cleared) < len(extra.params):
        calls.append(Call("strip", {"id": found["id"], "body": strip(wanted, found)}))
    if not calls:
        return (), found
    params = {**found["litellm_params"], **wanted.litellm_params}
    after = {
        **found,
        "model_name": wanted.model_name or found["model_name"],
        "blocked": found["blocked"] if wanted.blocked is None else wanted.blocked,
        "litellm_params": {
            key: value for key, value in params.items() if value is not None and key not in extra.params
        },
        "model_info": {**found["model_info"], **info},
    }
    return tuple(calls), after


def _recreation(wanted: Deployment, found: Resource) -> _Outcome:
    """LiteLLM's updates never remove a declared parameter, nor a key of model_info: another row has to take over."""
    _refuse_unknown_secrets(found)
    row_id = wanted.other_id(found["id"]) if wanted.create_first else found["id"]
    body = whole(wanted, found, row_id)
    after = {**body, "id": row_id, "db_model": True}
    if wanted.create_first:
        return (Call("create", {"body": body}), _delete(found)), after
    back = restored(wanted, found)
    return (Call("recreate", {"id": found["id"], "body": body, "back": back}),), after


def _delete(row: Resource) -> Call:
    return Call("delete", {"id": row["id"]})


def _cleared_by_update(name: str, found: Resource) -> bool:
    return name in RESET_BY_PATCH or (name in CLEARABLE and found.get("can_block", True))


def _needs_another_row(name: str, found: Resource) -> bool:
    # A fingerprint has to go with its parameter, and lies in model_info.
    return name in known(found) or not (_cleared_by_update(name, found) or name in STRIPPED_BY_UPDATE)


def _adoption(wanted: Deployment, found: Resource) -> dict[str, bool]:
    """The mark of a row that others made: what secrets it has nobody can tell."""
    return {ADOPTED_KEY: True} if DEPLOYMENT_KEY not in found["model_info"] and not wanted.own_id else {}


def _refuse_to_lose_secrets(wanted: Deployment, found: Resource, extra: Extras) -> None:
    hidden = [name for name in extra.params if is_unreadable(name, found["litellm_params"].get(name))]
    if hidden:
        raise Refused(
            f"{wanted.label} ({found['id']}) has secrets that this task does not give: {', '.join(hidden)}. LiteLLM "
            "does not show them, so that exact: true would lose them. Give them in litellm_params; or, if they are to "
            "go, delete the deployment (state: absent) and create it without them."
        )


def _refuse_unknown_secrets(found: Resource) -> None:
    if DEPLOYMENT_KEY not in found["model_info"] or found["model_info"].get(ADOPTED_KEY):
        raise Refused(
            f"The deployment {found['id']} ({found['model_name']}) was made by other hands, and to remove what is not "
            "wanted it would have to be made anew. LiteLLM does not tell whether it has an api_key or another secret, "
            "which would be lost. Leave exact away; or delete it by its id (state: absent) and create it with all that "
            "it needs."
        )


def _refuse_what_is_too_new(wanted: Deployment, found: Resource) -> list[str]:
    """For an older LiteLLM: the parameters that are to be cleared, which takes another row there."""
    if wanted.blocked:
        raise Refused(f"{wanted.label}: blocked cannot be true. {CANNOT_BLOCK}")
    cleared = [
        name
        for name, value in wanted.litellm_params.items()
        if value is None and not same(name, value, found["litellm_params"].get(name))
    ]
    if cleared and not wanted.exact:
        raise Refused(
            f"{wanted.label}: this LiteLLM cannot remove {', '.join(cleared)} from a deployment. Set exact: true, "
            "which makes the deployment anew with just what the task gives, or take a newer release."
        )
    return cleared
