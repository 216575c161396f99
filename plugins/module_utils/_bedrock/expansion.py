# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A member of the gateway's list with provisioned throughput becomes the deployments that LiteLLM has for it: pure.

Whatever is made from the list starts here, so that configuration, rights and checks agree. Private to this collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean  # type: ignore[import-untyped]

from .._resource import Refused
from . import inputs
from .arns import is_foundation_model_id, parse
from .targets import CUSTOM_MODEL, FOUNDATION_MODEL, PROVISIONED, InvalidModelError, base_of, same_route, target_of
from .terms import check_term

Member = t.Mapping[str, t.Any]

KEY = "provisioned_throughput"
LABEL = "provisioned"
_OPTIONS = (
    "name",
    "model_id",
    "model_units",
    "commitment_duration",
    "acknowledge_cost",
    "overflow",
    "tags",
    "price_per_unit_hour",
    "currency",
)
# What is bought often names a variant by its context: amazon.nova-lite-v1:0:24k, or without a version x.y-v1:4k.
_VARIANT = re.compile(r"(?P<id>[^:]+:\d+):[^:]+|(?P<bare>[^:]+):\d+k")


def expand(model: Member, region: str, throughputs: t.Mapping[str, str]) -> list[Member]:
    """The deployments of one member: on provisioned throughput first, on demand as overflow. Raises InvalidModelError.

    throughputs: name -> ARN of the provisioned throughputs that are in service. One that is not there yet leaves the
    member on demand; a custom model that only the throughput answers for has no deployment until then.
    """
    wanted = purchase_of(model, region)
    if wanted is None:
        return [model]
    on_demand = {key: value for key, value in model.items() if key != KEY}
    arn = throughputs.get(wanted["name"])
    if not arn:
        return [] if _only_provisioned(model, wanted) else [on_demand]
    params = model.get("litellm_params") or {}
    provisioned = {
        **on_demand,
        "deployment": "-".join(part for part in (model.get("deployment"), LABEL) if part),
        "litellm_params": {
            **params,
            "model": same_route(model, wanted["foundation_model"]),
            "model_id": _checked_arn(model, wanted["name"], arn),
            "order": 1,
        },
    }
    target_of(provisioned, region)
    overflow = {**on_demand, "litellm_params": {**params, "order": 2}}
    return [provisioned, overflow] if wanted["overflow"] else [provisioned]


def expand_all(models: t.Iterable[Member], region: str, throughputs: t.Mapping[str, str] | None) -> list[Member]:
    """``expand`` for each member of the list, in its order."""
    return [made for model in models for made in expand(model, region, throughputs or {})]


def purchase_of(model: Member, region: str) -> dict[str, t.Any] | None:
    """What the member wants to have bought, with the defaults filled in; None when nothing. Raises InvalidModelError.

    ``foundation_model`` is added: the model whose requests the throughput answers.
    """
    block = model.get(KEY)
    if block is None:
        return None
    name = model.get("name")
    if not isinstance(block, t.Mapping):
        raise InvalidModelError(f"Model {name}: {KEY} is {block!r}. Give a dictionary with at least a name.")
    _check_room(model)
    try:
        wanted = _checked(block)
    except Refused as error:
        raise InvalidModelError(f"Model {name}: {error}") from error
    foundation = base_of(model, region) or _base_of_bought(wanted.get("model_id") or "")
    if not foundation:
        raise InvalidModelError(
            f"Model {name}: nothing tells for which foundation model the throughput {wanted['name']} answers, and "
            "LiteLLM makes the request by it. Give bedrock_model the id of the base model (provider.model), and an ARN "
            "in litellm_params.model_id."
        )
    foundation = without_variant(foundation)
    wanted = {**wanted, "model_id": wanted.get("model_id") or foundation, "foundation_model": foundation}
    alone = _only_provisioned(model, wanted)
    if alone and wanted.get("overflow"):
        raise InvalidModelError(
            f"Model {name}: {KEY} is for the custom model {wanted['model_id']}, and its overflow would be answered by "
            "the base model, which was not trained. Take overflow out, or give the ARN of a deployment of the custom "
            "model in litellm_params.model_id."
        )
    return {**wanted, "overflow": wanted.get("overflow", not alone)}


def _only_provisioned(model: Member, wanted: t.Mapping[str, t.Any]) -> bool:
    """Whether only the throughput answers for what is wanted: a custom model without a deployment on demand."""
    own = (model.get("litellm_params") or {}).get("model_id")
    return not own and _is_custom(wanted["model_id"])


def _is_custom(bought: str) -> bool:
    arn = parse(bought)
    return arn.kind == CUSTOM_MODEL if arn else not is_foundation_model_id(bought)


def _check_room(model: Member) -> None:
    """The member's own parameters must not say what follows from the throughput."""
    name, params = model.get("name"), model.get("litellm_params") or {}
    if not str(params.get("model") or "bedrock/").startswith("bedrock/"):
        raise InvalidModelError(
            f"Model {name}: {KEY} is for models of Bedrock, and this one is {params['model']}. Take it out."
        )
    own = parse(str(params.get("model_id") or ""))
    if own and own.kind == PROVISIONED:
        raise InvalidModelError(
            f"Model {name}: litellm_params.model_id is a provisioned model already. Take it out: the ARN is that of "
            f"{KEY}.name."
        )
    if params.get("order") is not None:
        raise InvalidModelError(
            f"Model {name}: litellm_params.order is set by {KEY}: 1 for the throughput, 2 for the overflow. "
            "Take it out."
        )


def _checked(block: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options of a purchase with their defaults. Raises Refused."""
    unknown = sorted(str(key) for key in block if key not in _OPTIONS)
    if unknown:
        raise Refused(f"{KEY} has no option {', '.join(unknown)}. There are {', '.join(_OPTIONS)}.")
    wanted = {key: value for key, value in block.items() if value is not None}
    inputs.check(f"{KEY}.name", str(wanted.get("name") or ""), "provisioned_model_name")
    if wanted.get("model_id"):
        inputs.check(f"{KEY}.model_id", str(wanted["model_id"]), "model")
    units = whole_units(f"{KEY}.model_units", wanted.get("model_units", 1))
    if "commitment_duration" in wanted:
        check_term(f"{KEY}.commitment_duration", wanted["commitment_duration"])
    tags = wanted.get("tags")
    if not isinstance(tags, t.Mapping | None):
        raise Refused(f"{KEY}.tags is {tags!r}. Give a dictionary.")
    inputs.check_tags(f"{KEY}.tags", tags)
    flags: dict[str, t.Any] = {
        option: _flag(option, wanted[option]) for option in ("overflow", "acknowledge_cost") if option in wanted
    }
    return {**wanted, "name": str(wanted["name"]), "model_units": units, "acknowledge_cost": False, **flags}


def _flag(option: str, value: t.Any) -> bool:
    try:
        return bool(boolean(value))
    except TypeError:
        raise Refused(f"{KEY}.{option} is {value!r}. Give true or false.") from None


def whole_units(option: str, value: t.Any) -> int:
    """A number of model units. Raises Refused for what cannot be bought."""
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", text):
        raise Refused(f"{option} is {value!r}, and model units are whole. Give at least 1.")
    inputs.check_count(option, int(text), 1, None, "Give the number of model units")
    return int(text)


def _checked_arn(model: Member, throughput: str, arn: str) -> str:
    found = parse(str(arn))
    if not found or found.kind != PROVISIONED:
        raise InvalidModelError(
            f"Model {model.get('name')}: the throughput {throughput} is said to be {arn!r}. Give its ARN, "
            "arn:aws:bedrock:REGION:ACCOUNT:provisioned-model/ID."
        )
    return str(arn)


def _base_of_bought(bought: str) -> str | None:
    """The foundation model that the name of what is bought tells of."""
    if is_foundation_model_id(bought):
        return bought
    arn = parse(bought)
    if arn and arn.kind == FOUNDATION_MODEL:
        return arn.id
    if arn and arn.kind == CUSTOM_MODEL and is_foundation_model_id(arn.id.split("/", 1)[0]):
        return arn.id.split("/", 1)[0]
    return None


def without_variant(model_id: str) -> str:
    """The id of the model that an id is a variant of: amazon.nova-lite-v1:0 for amazon.nova-lite-v1:0:24k."""
    match = _VARIANT.fullmatch(model_id)
    return (match["id"] or match["bare"]) if match else model_id
