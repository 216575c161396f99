# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the gateway's list of models as a whole. Private to this collection."""

from __future__ import annotations

import typing as t

from .expansion import Member, expand, purchase_of
from .targets import MODES, InvalidModelError, target_of

# In these, two members that share a throughput have to agree.
_TERMS = ("model_id", "model_units", "commitment_duration", "tags")


def problems_of(models: t.Iterable[Member], region: str, throughputs: t.Mapping[str, str] | None = None) -> list[str]:
    """What is wrong with a list of models, each message with the remedy."""
    told: list[str] = []
    names: list[tuple[str, str]] = []
    purchases: dict[str, tuple[str, dict[str, t.Any]]] = {}
    for model in models:
        made: list[Member] = [model]
        try:
            made = expand(model, region, throughputs or {})
            for member in made:
                target_of(member, region)
            told += _contradiction(model, region, purchases)
        except InvalidModelError as error:
            told.append(str(error))
        if (model.get("mode") or "chat") not in MODES:
            told.append(f"Model {model.get('name')}: mode is {model['mode']}. Choose one of {', '.join(MODES)}.")
        names += [identity for member in made or [model] for identity in _identities(member)]
    twice = sorted({name for name, label in names if names.count((name, label)) > 1})
    if twice:
        told.append(
            f"More than one model or alias is called {', '.join(twice)}. Give each its own name, or a different "
            "deployment to share the name's traffic among them."
        )
    return told


def _identities(model: Member) -> list[tuple[str, str]]:
    label = str(model.get("deployment") or "default")
    return [(str(name), label) for name in (model.get("name"), *(model.get("aliases") or [])) if name]


def _contradiction(model: Member, region: str, seen: dict[str, tuple[str, dict[str, t.Any]]]) -> list[str]:
    """One throughput may answer for several names, but it is bought once."""
    wanted = purchase_of(model, region)
    if wanted is None:
        return []
    terms = {key: wanted.get(key) for key in _TERMS}
    first, said = seen.setdefault(wanted["name"], (str(model.get("name")), terms))
    return [
        f"Models {first} and {model.get('name')} share the provisioned throughput {wanted['name']}, and their {key} is "
        f"{said[key]!r} and {value!r}. Say the same in both, or give each a throughput of its own."
        for key, value in terms.items()
        if said[key] != value
    ]
