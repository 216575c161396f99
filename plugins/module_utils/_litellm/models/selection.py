# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which stored row is the wanted deployment: pure, no I/O. Private to this collection.

A row, as found, is a mapping with id, model_name, litellm_params, model_info, blocked, db_model and can_block: whether
its LiteLLM can block deployments. One that cannot, such as 1.84, cannot remove a price either, and does not say when it
could not load what it stored.
"""

from __future__ import annotations

import typing as t

from ..._resource import Refused, Resource
from .comparison import differences
from .desired import DEPLOYMENT_KEY, SCOPE_KEY, Deployment


class Selection(t.NamedTuple):
    """The row of a deployment, or None, and a second one of it, which a re-creation that was cut off has left."""

    row: Resource | None
    leftover: Resource | None = None


def select(wanted: Deployment, rows: t.Sequence[Resource], claimed: t.Container[str] = ()) -> Selection:
    """The row that is the wanted deployment.

    rows: those of its ids and of its name. claimed: ids that members of a list asked for.
    Raises Refused for a row of the configuration file, and where rows that others made leave it open what is meant.
    """
    own = [row for row in rows if row["id"] in wanted.ids]
    for row in own:
        refuse_config_row(row)
    named = _named(wanted, rows, claimed) if wanted.removes_others or not own else []
    adopted = [row for row in named if row["model_info"].get(DEPLOYMENT_KEY) == wanted.deployment]
    foreign = [row for row in named if DEPLOYMENT_KEY not in row["model_info"]]
    if wanted.removes_others and foreign and (own or adopted):
        # With the first one gone, the next run would take the other for the one that is meant.
        raise Refused(
            f"LiteLLM has {wanted.label} ({_ids(own or adopted)}), and {_count(foreign)} of that name that other hands "
            f"made: {_ids(foreign)}. Leave adopt away to delete the first only, and give an id to delete another."
        )
    if len(own) > 1:
        # Whichever is nearer to what is wanted stays; both are this deployment's.
        own.sort(key=lambda row: (len(differences(wanted, row)), wanted.ids.index(row["id"])))
        return Selection(own[0], own[1])
    if own or wanted.own_id:
        return Selection(own[0] if own else None)
    if adopted:
        return Selection(_only(wanted, adopted))
    if not foreign or not (wanted.present or wanted.adopt):
        return Selection(None)
    if wanted.adopt:
        return Selection(_only(wanted, foreign))
    raise Refused(
        f"LiteLLM has {_count(foreign)} named {wanted.model_name} already, made by other hands: {_ids(foreign)}. "
        "Set adopt: true to take over a single one, give the id of the one that you mean, or an id of your own choice "
        "to have one more deployment of that name."
    )


def config_rows(wanted: Deployment, rows: t.Iterable[Resource]) -> list[Resource]:
    """Rows of LiteLLM's configuration file with the wanted name: they share its requests."""
    return [row for row in rows if not row["db_model"] and row["model_name"] == wanted.model_name]


def purge(rows: t.Iterable[Resource], scope: str, keep: t.Container[str]) -> list[Resource]:
    """The rows that this scope made and that are no longer wanted. Never a row of others, nor of the configuration."""
    return [
        row for row in rows if row["db_model"] and row["model_info"].get(SCOPE_KEY) == scope and row["id"] not in keep
    ]


def refuse_config_row(row: Resource) -> None:
    """Raise Refused for a row of LiteLLM's configuration file."""
    if not row["db_model"]:
        raise Refused(
            f"The deployment {row['id']} ({row['model_name']}) is defined in LiteLLM's configuration file and can be "
            "changed only there. Choose another id to have a deployment of your own."
        )


def _named(wanted: Deployment, rows: t.Iterable[Resource], claimed: t.Container[str]) -> list[Resource]:
    """Rows of the wanted name that may be taken over: no other member of the list means them by their id."""
    return [
        row
        for row in rows
        if row["model_name"] == wanted.model_name
        and row["db_model"]
        and row["id"] not in claimed
        and row["id"] not in wanted.ids
    ]


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
