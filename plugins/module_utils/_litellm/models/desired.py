# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployment that is wanted, checked before anything is called. Private to this collection."""

from __future__ import annotations

import functools
import re
import typing as t
import uuid
from dataclasses import dataclass, field

from ..._resource import Refused
from ..fingerprint import FINGERPRINT_KEY
from ..masking import is_unreadable
from .normalise import parameters

# Ids of deployments are made in this name space. Never change it: every deployment would be created again.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:ansible-collection:llmops.bedrock:litellm-model")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,200}")
_PROVISIONED_ARN = re.compile(r"bedrock/arn:[^:/]+:bedrock:[^/]*:provisioned-model/")
_PROVISIONED_NAME = "bedrock/provisioned/"

# Keys of model_info that this collection writes.
ADOPTED_KEY = "ansible_adopted"
DEPLOYMENT_KEY = "ansible_deployment"
SCOPE_KEY = "ansible_managed_by"
MARKERS = (ADOPTED_KEY, DEPLOYMENT_KEY, FINGERPRINT_KEY, SCOPE_KEY)
_RESERVED = {
    ADOPTED_KEY: "adopt",
    DEPLOYMENT_KEY: "deployment",
    FINGERPRINT_KEY: "update_secrets",
    SCOPE_KEY: "managed_by",
    "blocked": "blocked",
    "db_model": "",
}


@dataclass(frozen=True)
class Deployment:
    """One deployment that is to exist, or not to exist. What is None or missing is left alone in LiteLLM."""

    id: str
    own_id: bool  # the user chose the id
    model_name: str | None
    deployment: str
    litellm_params: t.Mapping[str, t.Any] = field(repr=False)
    model_info: t.Mapping[str, t.Any] = field(repr=False)
    blocked: bool | None = None
    adopt: bool = False
    update_secrets: str = "auto"
    scope: str | None = None
    present: bool = True
    exact: bool = False  # what is stored and not wanted is removed
    create_first: bool = False  # where that needs another row: the new one first, under the other id

    @functools.cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids that the deployment may have: re-creation with create_first moves it from one to the other."""
        if self.own_id:
            return (self.id,)
        return (self.id, fixed_id(str(self.model_name), self.deployment, second=True))

    @functools.cached_property
    def unreadable(self) -> frozenset[str]:
        """The parameters whose stored values cannot be compared with the wanted ones."""
        return frozenset(name for name, value in self.litellm_params.items() if is_unreadable(name, value))

    @property
    def removes_others(self) -> bool:
        """Whether a deployment of the name that other hands made goes, too."""
        return self.adopt and not self.present and not self.own_id

    def other_id(self, row_id: str) -> str:
        """The id under which a deployment that now has ``row_id`` is made again."""
        first, second = self.ids
        return second if row_id == first else first

    @property
    def label(self) -> str:
        """How the deployment is named to the user."""
        if self.model_name is None:
            return self.id
        return self.model_name if self.deployment == "default" else f"{self.model_name} ({self.deployment})"


def fixed_id(model_name: str, deployment: str, *, second: bool = False) -> str:
    """The id of a deployment: always the same for the same names, so that a repeated creation cannot make a second.

    second: the one that it has in turn with the first, where re-creation must not leave a gap.
    """
    return str(uuid.uuid5(_NAMESPACE, f"{model_name}\0{deployment}" + "\0second" * second))


def from_options(options: t.Mapping[str, t.Any], scope: str | None = None) -> Deployment:
    """The deployment that a module's options (or a member of its list) ask for. Raises Refused, naming the remedy."""
    model_name, deployment = options.get("model_name"), options.get("deployment") or "default"
    info = {key: value for key, value in (options.get("model_info") or {}).items() if value is not None}
    own_id = _own_id(options.get("id"), info.pop("id", None))
    _check_name(model_name)
    if own_id is None and model_name is None:
        raise Refused("Give model_name, or id.")
    present = options.get("state") != "absent"
    create_first = options.get("recreate") == "create_first"
    if create_first and own_id:
        raise Refused(
            f"recreate: create_first makes the new deployment under a second id before the old one goes, but the id "
            f"{own_id!r} is set. Leave the id away, or take recreate: in_place."
        )
    params = parameters(options.get("litellm_params") or {})
    if present:
        _check_model(model_name, params)
        _check_info(info)
    return Deployment(
        id=own_id or fixed_id(str(model_name), deployment),
        own_id=own_id is not None,
        model_name=model_name,
        deployment=deployment,
        litellm_params=params,
        model_info=info,
        blocked=options.get("blocked"),
        adopt=bool(options.get("adopt")),
        update_secrets=options.get("update_secrets") or "auto",
        scope=scope,
        present=present,
        exact=bool(options.get("exact")),
        create_first=create_first,
    )


def check_distinct(wanted: t.Sequence[Deployment]) -> None:
    """Raise Refused when two members of a list mean the same deployment."""
    seen: dict[str, Deployment] = {}
    for member in wanted:
        other = seen.setdefault(member.id, member)
        if other is not member:
            raise Refused(
                f"Two members of the list are the same deployment: {other.label} and {member.label} (id {member.id}). "
                "Give each deployment of a model its own value of the option deployment, or its own id."
            )


def _own_id(option: t.Any, in_info: t.Any) -> str | None:
    ids = {str(value) for value in (option, in_info) if value is not None}
    if len(ids) > 1:
        raise Refused(f"id is {option!r}, but model_info.id is {in_info!r}. Give one of them.")
    for chosen in ids:
        if not _ID.fullmatch(chosen):
            raise Refused(
                f"The id {chosen!r} cannot be used: take 1 to 200 letters, digits, dots, underscores, colons or "
                "hyphens (LiteLLM finds no id with a slash in it)."
            )
        return chosen
    return None


def _check_name(model_name: str | None) -> None:
    if model_name is None:
        return
    if not model_name.strip():
        raise Refused("model_name is empty. Give the name that applications ask for.")
    if model_name.startswith("[") and model_name.endswith("]"):
        raise Refused(
            f"model_name is the list {model_name}, but a deployment has one name. Make one deployment for each name, "
            "each with the same litellm_params, or an alias in LiteLLM's router_settings.model_group_alias."
        )


def _check_model(model_name: str | None, params: t.Mapping[str, t.Any]) -> None:
    model = params.get("model")
    if model_name is None:
        raise Refused("model_name is needed when the deployment is to be present.")
    if not isinstance(model, str) or not model.strip():
        raise Refused(f"{model_name}: litellm_params.model is missing. Example: bedrock/<model id>.")
    if _PROVISIONED_ARN.match(model) or model.startswith(_PROVISIONED_NAME):
        raise Refused(
            f"{model_name}: litellm_params.model is {model!r}, which does not work for provisioned throughput: LiteLLM "
            "cannot tell the model's family from it and sends the wrong request. Give the base model and the ARN "
            "apart: `model: bedrock/<base model>` and `model_id: <ARN of the provisioned model>`."
        )


def _check_info(info: t.Mapping[str, t.Any]) -> None:
    for key in info:
        if key in _RESERVED:
            remedy = f" Use the option {_RESERVED[key]}." if _RESERVED[key] else ""
            raise Refused(f"model_info.{key} cannot be set.{remedy}")
        if key == "pricing_overrides" or "cost" in key.split("_"):
            raise Refused(f"model_info.{key} would be dropped by LiteLLM. Put prices into litellm_params.")
