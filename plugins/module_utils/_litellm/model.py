# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for LiteLLM deployments: pure, no I/O. Private to this collection.

A row, as found, is a mapping with id, model_name, litellm_params, model_info, blocked and db_model.
"""

from __future__ import annotations

import typing as t

from .._resource import HIDDEN, Call, Plan, Refused, Resource
from .._rest.secrets import show
from .desired import DEPLOYMENT_KEY, FINGERPRINT_KEY, SCOPE_KEY, Deployment
from .fingerprint import fingerprint, matches
from .masking import is_secret, is_secret_info, is_unreadable
from .normalise import RESET_BY_PATCH, same

_MARKERS = (DEPLOYMENT_KEY, SCOPE_KEY, FINGERPRINT_KEY)


def select(wanted: Deployment, rows: t.Sequence[Resource], claimed: t.Container[str] = ()) -> Resource | None:
    """The row that is the wanted deployment, or None.

    rows: those of its id and of its name. claimed: ids that other members of a list asked for.
    Raises Refused for a row of the configuration file, and where rows that others made leave it open what is meant.
    """
    for row in rows:
        if row["id"] == wanted.id:
            _refuse_config_row(row)
            return row
    if wanted.own_id:
        return None
    named = [
        row for row in rows if row["model_name"] == wanted.model_name and row["db_model"] and row["id"] not in claimed
    ]
    adopted = [row for row in named if row["model_info"].get(DEPLOYMENT_KEY) == wanted.deployment]
    if adopted:
        return _only(wanted, adopted)
    foreign = [row for row in named if DEPLOYMENT_KEY not in row["model_info"]]
    if not foreign or not (wanted.present or wanted.adopt):
        return None
    if wanted.adopt:
        return _only(wanted, foreign)
    raise Refused(
        f"LiteLLM has {_count(foreign)} named {wanted.model_name} already, made by other hands: {_ids(foreign)}. "
        "Set adopt: true to take over a single one, give the id of the one that you mean, or an id of your own choice "
        "to have one more deployment of that name."
    )


def config_rows(wanted: Deployment, rows: t.Iterable[Resource]) -> list[Resource]:
    """Rows of LiteLLM's configuration file with the wanted name: they share its requests."""
    return [row for row in rows if not row["db_model"] and row["model_name"] == wanted.model_name]


def plan_present(wanted: Deployment, found: Resource | None) -> Plan:
    """Plan for a deployment that is to exist; what the user did not set stays as it is."""
    if found is None:
        info = {**wanted.model_info, **_markers(wanted), **_fingerprints(wanted.litellm_params)}
        body = _creation(wanted, wanted.id, info)
        after = {**body, "id": wanted.id, "blocked": bool(wanted.blocked), "db_model": True}
        return Plan(None, view(after, wanted), (Call("create", {"body": body}),))
    _refuse_config_row(found)
    if not differences(wanted, found):
        return Plan(view(found, wanted), view(found, wanted))
    stale = {name: wanted.litellm_params[name] for name in _stale(wanted, found)}
    info = {**_wanted_info(wanted), **_fingerprints(stale, _known(found))}
    body = _update(wanted, found, info)
    arguments = {"id": found["id"], "body": body, "row": _creation(wanted, found["id"], {**info, **_markers(wanted)})}
    return Plan(view(found, wanted), view(_after(wanted, found, info), wanted), (Call("update", arguments),))


def restoration(wanted: Deployment, found: Resource) -> Call:
    """The update that undoes one, as far as LiteLLM shows what was there: not for secrets, nor for what was added."""
    readable = {
        name: found["litellm_params"][name]
        for name, value in wanted.litellm_params.items()
        if name in found["litellm_params"] and name not in _known(found) and not is_unreadable(name, value)
    }
    info = {key: found["model_info"][key] for key in wanted.model_info if key in found["model_info"]}
    body = {
        "model_name": found["model_name"],
        "litellm_params": {**_resent(found), **readable},
        "model_info": {**info, "id": found["id"]},
        "blocked": found["blocked"],
    }
    return Call("update", {"id": found["id"], "body": body, "row": body})


def plan_absent(found: Resource | None) -> Plan:
    """Plan for a deployment that is not to exist. Raises Refused for one of the configuration file."""
    if found is None:
        return Plan(None, None)
    _refuse_config_row(found)
    return Plan(view(found), None, (Call("delete", {"id": found["id"]}),))


def purge(rows: t.Iterable[Resource], scope: str, keep: t.Container[str]) -> list[Resource]:
    """The rows that this scope made and that are no longer wanted. Never a row of others, nor of the configuration."""
    return [
        row for row in rows if row["db_model"] and row["model_info"].get(SCOPE_KEY) == scope and row["id"] not in keep
    ]


def differences(wanted: Deployment, found: Resource) -> list[str]:
    """Names of what the user set and LiteLLM has otherwise."""
    names = []
    if wanted.model_name not in (None, found["model_name"]):
        names.append("model_name")
    if wanted.blocked not in (None, found["blocked"]):
        names.append("blocked")
    names += [
        f"litellm_params.{name}"
        for name, value in wanted.litellm_params.items()
        if not is_unreadable(name, value) and not same(name, value, found["litellm_params"].get(name))
    ]
    names += [f"litellm_params.{name}" for name in _stale(wanted, found)]
    info = found["model_info"]
    names += [
        f"model_info.{key}"
        for key, value in _wanted_info(wanted).items()
        if key not in info or not same(key, value, info[key])
    ]
    return names


def view(row: Resource, wanted: Deployment | None = None) -> dict[str, t.Any]:
    """A row for the user: without secrets, and without what LiteLLM adds to model_info from its price list."""
    keys = {*_MARKERS, *(wanted.model_info if wanted else ())}
    info = {key: value for key, value in row["model_info"].items() if key in keys}
    params = {key: value for key, value in row["litellm_params"].items() if value or key not in RESET_BY_PATCH}
    # What an os.environ/ reference resolves to is readable for LiteLLM's admin, but not for the log.
    unreadable = set(_known(row))
    if wanted:
        unreadable |= {name for name, value in wanted.litellm_params.items() if is_unreadable(name, value)} & set(
            params
        )
    return {
        "id": row["id"],
        "model_name": row["model_name"],
        "blocked": row["blocked"],
        "db_model": row["db_model"],
        "litellm_params": {**show(params, is_secret), **dict.fromkeys(unreadable, HIDDEN)},
        "model_info": _show_info(info),
    }


def view_all(row: Resource) -> dict[str, t.Any]:
    """As ``view``, with everything that LiteLLM says about the model."""
    info = {key: value for key, value in row["model_info"].items() if value is not None}
    return {**view(row), "model_info": _show_info(info)}


def _show_info(info: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    # Fingerprints are shown: they tell that a secret changed, and are no secret themselves.
    return {**show(info, is_secret_info), **{key: info[key] for key in (FINGERPRINT_KEY,) if key in info}}


def _known(row: Resource) -> t.Mapping[str, t.Any]:
    """Fingerprints of a row by parameter."""
    known = row["model_info"].get(FINGERPRINT_KEY)
    return known if isinstance(known, t.Mapping) else {}


def _stale(wanted: Deployment, found: Resource) -> list[str]:
    """Parameters that LiteLLM does not show and that are to be written again."""
    if wanted.update_secrets == "on_create":
        return []
    known = _known(found)
    return [
        name
        for name, value in wanted.litellm_params.items()
        if is_unreadable(name, value)
        and (wanted.update_secrets == "always" or not matches(name, value, known.get(name)))
    ]


def _fingerprints(params: t.Mapping[str, t.Any], known: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    made = {name: fingerprint(name, value) for name, value in params.items() if is_unreadable(name, value)}
    return {FINGERPRINT_KEY: {**(known or {}), **made}} if made else {}


def _markers(wanted: Deployment) -> dict[str, str]:
    scope = {} if wanted.scope is None else {SCOPE_KEY: wanted.scope}
    return {DEPLOYMENT_KEY: wanted.deployment, **scope}


def _wanted_info(wanted: Deployment) -> dict[str, t.Any]:
    """model_info as compared. Who gave an id needs no marker to find the row again."""
    markers = _markers(wanted)
    if wanted.own_id:
        del markers[DEPLOYMENT_KEY]
    return {**wanted.model_info, **markers}


def _creation(wanted: Deployment, row_id: str, info: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {
        "model_name": wanted.model_name,
        "litellm_params": {key: value for key, value in wanted.litellm_params.items() if value is not None},
        "model_info": {**info, "id": row_id},
        "blocked": bool(wanted.blocked),
    }


def _update(wanted: Deployment, found: Resource, info: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The body of a PATCH: everything that is wanted, because LiteLLM resets what it misses (see RESET_BY_PATCH)."""
    params = _resent(found) | {
        name: value
        for name, value in wanted.litellm_params.items()
        if wanted.update_secrets != "on_create" or not is_unreadable(name, value)
    }
    body = {
        "model_name": wanted.model_name or found["model_name"],
        "litellm_params": params,
        "model_info": {**info, "id": found["id"]},
    }
    return body if wanted.blocked is None else {**body, "blocked": wanted.blocked}


def _resent(found: Resource) -> dict[str, t.Any]:
    return {name: found["litellm_params"].get(name) or False for name in RESET_BY_PATCH}


def _after(wanted: Deployment, found: Resource, info: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    params = {**found["litellm_params"], **wanted.litellm_params}
    return {
        **found,
        "model_name": wanted.model_name or found["model_name"],
        "blocked": found["blocked"] if wanted.blocked is None else wanted.blocked,
        "litellm_params": {key: value for key, value in params.items() if value is not None},
        "model_info": {**found["model_info"], **info},
    }


def _refuse_config_row(row: Resource) -> None:
    if not row["db_model"]:
        raise Refused(
            f"The deployment {row['id']} ({row['model_name']}) is defined in LiteLLM's configuration file and can be "
            "changed only there. Choose another id to have a deployment of your own."
        )


def _only(wanted: Deployment, rows: t.Sequence[Resource]) -> Resource:
    if len(rows) > 1:
        raise Refused(
            f"LiteLLM has {_count(rows)} named {wanted.model_name}: {_ids(rows)}. Give the id of the one that you mean."
        )
    return rows[0]


def _count(rows: t.Sequence[Resource]) -> str:
    return "a deployment" if len(rows) == 1 else f"{len(rows)} deployments"


def _ids(rows: t.Iterable[Resource]) -> str:
    return ", ".join(sorted(str(row["id"]) for row in rows))
