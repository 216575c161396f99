# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The search: every finder in turn, what it found and what could not be looked at. Private to this collection."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass

from .api import ReadError
from .finders import FINDERS, Finder
from .things import Scope, Thing


@dataclass(frozen=True)
class Leftover:
    """A thing that belongs to the cluster, for the user."""

    kind: str
    id: str
    name: str
    billable: bool
    why: str
    how_to_remove: str


@dataclass(frozen=True)
class Unknown:
    """A kind that could not be looked at. It counts as "may be left", never as "none left"."""

    kind: str
    reason: str


@dataclass(frozen=True)
class Survey:
    """What is left, what is unknown, and the scope with what was learned on the way."""

    leftovers: tuple[Leftover, ...]
    unknown: tuple[Unknown, ...]
    scope: Scope

    def result(self) -> dict[str, t.Any]:
        """The module's answer."""
        return {
            "leftovers": [vars(leftover) for leftover in self.leftovers],
            "counts": dict(Counter(leftover.kind for leftover in self.leftovers)),
            "billable": any(leftover.billable for leftover in self.leftovers),
            "unknown": [vars(unknown) for unknown in self.unknown],
            "complete": not self.unknown,
            "known": {
                "oidc_issuer": self.scope.issuers[-1] if self.scope.issuers else "",
                "load_balancer_hosts": sorted(self.scope.load_balancer_hosts),
            },
        }


def survey(client_of: t.Callable[[str], t.Any], scope: Scope, finders: t.Iterable[Finder] = FINDERS) -> Survey:
    """Search for everything of the scope's cluster.

    client_of: makes the client of a service, once a service.
    """
    clients: dict[str, t.Any] = {}
    leftovers: list[Leftover] = []
    unknown: list[Unknown] = []
    for finder in finders:
        try:
            if finder.service not in clients:
                clients[finder.service] = client_of(finder.service)
            things = list(finder.read(clients[finder.service], scope))
        except ReadError as error:
            unknown.append(Unknown(finder.kind, _reason(error)))
            continue
        for thing in things:
            leftover = judge(finder, thing, scope)
            if leftover:
                leftovers.append(leftover)
            scope = scope.learn(thing) if leftover else scope.learn_foreign(thing)
    return Survey(tuple(leftovers), tuple(unknown), scope)


def judge(finder: Finder, thing: Thing, scope: Scope) -> Leftover | None:
    """The thing as a leftover, or None when it is none of the cluster's."""
    why = next((reason for rule in finder.rules if (reason := rule(thing, scope))), None)
    if why is None:
        return None
    command = finder.remove.format(**{**thing.details, "id": thing.id, "name": thing.name})
    if finder.regional and scope.region:
        command += f" --region {scope.region}"
    return Leftover(thing.kind, thing.id, thing.name, finder.billable(thing), why, command)


def _reason(error: ReadError) -> str:
    return f"{error.message}: {error.exception}" if error.exception else str(error)
