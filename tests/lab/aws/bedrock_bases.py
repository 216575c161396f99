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


def model_id(arn: str) -> str:
    """Id of the foundation model in an ARN."""
    return bedrock_catalog.last_part(arn)


def bare(arn: str) -> str:
    """The same without the context length of a variant."""
    return re.sub(r"(:\d+):\w+$", r"\1", model_id(arn))


def behind(identifier: str) -> Base:
    """The model that an identifier means; refused when there is none."""
    if is_custom(identifier):
        record = bedrock_store.find("custom-model", identifier, "modelArn", "modelName")
        if record is None:
            raise missing(f"Could not find custom model {identifier}.")
        if record["modelStatus"] != "Active":
            raise invalid(f"The custom model {identifier} is {record['modelStatus']}, not Active.")
        return Base(record["modelArn"], record["foundationModelArn"])
    found = bedrock_catalog.last_part(identifier)
    if bedrock_catalog.find_bare(found) is None:
        raise invalid("The provided model identifier is invalid.")
    return Base(foundation_arn(found), foundation_arn(found))


def to_buy(identifier: str) -> Base:
    """The model, if throughput can be bought for it today."""
    base = behind(identifier)
    wanted, model = foundation(base)
    if not model.throughput:
        raise invalid(f"Provisioned Throughput is not supported for the model {wanted}.")
    usable(model)
    if not is_custom(base.arn) and wanted not in model.throughput_ids:
        raise invalid(
            f"Provisioned Throughput is not supported for the model {wanted}. "
            f"Buy it for one of: {', '.join(model.throughput_ids)}."
        )
    return base


def to_customize(identifier: str, kind: str) -> Base:
    """The model, if it can be customized in this way today; reinforcement is not in the lists of models."""
    base = behind(identifier)
    wanted, model = foundation(base)
    kinds = (*model.customizations, *(["REINFORCEMENT_FINE_TUNING"] if model.customizations else []))
    if kind not in kinds:
        raise invalid(f"The model {wanted} does not support the customization type {kind}.")
    usable(model)
    return base


def foundation(base: Base) -> tuple[str, bedrock_catalog.Model]:
    """Id and catalogue entry of the foundation model."""
    wanted = model_id(base.foundation_arn)
    model = bedrock_catalog.find_bare(wanted)
    if model is None:
        raise invalid("The provided model identifier is invalid.")
    return wanted, model


def usable(model: bedrock_catalog.Model) -> None:
    """Refuse what AWS refuses for new purchases and jobs: models that are leaving or gone."""
    today = datetime.datetime.now(datetime.UTC).date()
    if model.gone(today):
        raise Refused("ResourceNotFoundException", "This model version has reached the end of its life.")
    if model.end_of_life:
        raise invalid(f"The model {model.id} is in Legacy status: nothing new can be bought or customized for it.")
