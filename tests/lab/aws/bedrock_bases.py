"""What a model identifier in a purchase, a job or a deployment stands for."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from tests.lab.aws import bedrock_catalog, bedrock_store
from tests.lab.aws.bedrock_wire import Refused, invalid, missing


@dataclass(frozen=True)
class Base:
    """A model with the foundation model that it was made from."""

    arn: str
    foundation_arn: str


def is_custom(identifier: str) -> bool:
    """Whether an identifier means a custom model: by ARN, or by name, which has no dot."""
    return ":custom-model/" in identifier or "." not in identifier


def foundation_arn(model_id: str) -> str:
    """ARN of a foundation model in the region of the request."""
    return f"arn:aws:bedrock:{bedrock_store.region()}::foundation-model/{model_id}"


def bare(arn: str) -> str:
    """Id of the foundation model in an ARN, without the context length of a variant."""
    return re.sub(r"(:\d+):\w+$", r"\1", bedrock_catalog.last_part(arn))


def behind(identifier: str) -> Base:
    """The model that an identifier means; refused when there is none."""
    if is_custom(identifier):
        raise missing(f"Could not find custom model {identifier}.")
    model_id = bedrock_catalog.last_part(identifier)
    if bedrock_catalog.find_bare(model_id) is None:
        raise invalid("The provided model identifier is invalid.")
    return Base(foundation_arn(model_id), foundation_arn(model_id))


def to_buy(identifier: str) -> Base:
    """The model, if throughput can be bought for it today."""
    base = behind(identifier)
    model_id = bedrock_catalog.last_part(base.foundation_arn)
    model = bedrock_catalog.find_bare(model_id)
    if model is None or not model.throughput:
        raise invalid(f"Provisioned Throughput is not supported for the model {model_id}.")
    usable(model)
    if not is_custom(base.arn) and model_id not in model.throughput_ids:
        raise invalid(
            f"Provisioned Throughput is not supported for the model {model_id}. "
            f"Buy it for one of: {', '.join(model.throughput_ids)}."
        )
    return base


def usable(model: bedrock_catalog.Model) -> None:
    """Refuse what AWS refuses for new purchases and jobs: models that are leaving or gone."""
    today = datetime.datetime.now(datetime.UTC).date()
    if model.gone(today):
        raise Refused("ResourceNotFoundException", "This model version has reached the end of its life.")
    if model.end_of_life:
        raise invalid(f"The model {model.id} is in Legacy status: nothing new can be bought or customized for it.")
