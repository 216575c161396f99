"""Which model answers for an identifier of the runtime: a model, a profile, or what the account bought or made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.lab.aws import bedrock_access, bedrock_bases, bedrock_catalog, bedrock_store
from tests.lab.aws.bedrock_catalog import Model, Refusal
from tests.lab.aws.bedrock_knobs import KNOBS
from tests.lab.aws.bedrock_wire import Body

IMPORTED = Model("meta.llama-imported", "Imported model", "Meta", "chat", on_demand=True)
"""What the lab takes an imported model for: its architecture decides about the form of its answers."""


@dataclass(frozen=True)
class Served:
    """The foundation model that answers, and how the answer names what was asked."""

    model: Model
    label: str


def served(identifier: str) -> Served | Refusal:
    """What answers for an identifier, or why nothing does."""
    own = bedrock_catalog.OWN_RESOURCE.fullmatch(identifier)
    if own:
        return OWN[own[1]](identifier)
    refusal = bedrock_catalog.judge(identifier, bedrock_store.now().date())
    model = bedrock_catalog.find(identifier)
    if refusal or model is None or model.id in KNOBS.region_unavailable:
        return refusal or Refusal("ValidationException", "The provided model identifier is invalid.")
    if bedrock_access.agreement(model)["status"] != "AVAILABLE":
        return Refusal(
            "AccessDeniedException", "You don't have access to the model with the specified model ID.", status=403
        )
    return Served(model, identifier)


def absent(identifier: str, why: str = "does not exist") -> Refusal:
    """AWS's refusal of an ARN of nothing, or of something that is not ready."""
    return Refusal("ResourceNotFoundException", f"The resource {identifier} {why}.", status=404)


def foundation(arn: str) -> Model:
    """The foundation model of an ARN that the control plane took."""
    return bedrock_bases.foundation(bedrock_bases.Base(arn, arn))[1]


def of_model(arn: str, foundation_arn: str) -> tuple[Model, str]:
    """The foundation model, and the name of a model that may be a custom one of it."""
    base = foundation(foundation_arn)
    custom = bedrock_store.find("custom-model", arn, "modelArn")
    name = bedrock_bases.model_id(foundation_arn)
    return base, f"custom model {custom['modelName']} of {name}" if custom else name


def throughput(identifier: str) -> Served | Refusal:
    """A purchase, which goes on while it is moved to another model."""
    record = bedrock_store.find("provisioned-model", identifier, "provisionedModelArn")
    if record is None or record["status"] not in ("InService", "Updating"):
        return absent(identifier, f"is {record['status']}" if record else "does not exist")
    base, name = of_model(record["modelArn"], record["foundationModelArn"])
    return Served(base, f"{name} (provisioned throughput {record['provisionedModelName']})")


def deployment(identifier: str) -> Served | Refusal:
    """A custom model on demand."""
    record = bedrock_store.find("custom-model-deployment", identifier, "customModelDeploymentArn")
    if record is None or record["status"] != "Active":
        return absent(identifier, f"is {record['status']}" if record else "does not exist")
    custom = bedrock_store.get("custom-model", record["modelArn"], "modelArn")
    base, name = of_model(custom["modelArn"], custom["foundationModelArn"])
    return Served(base, f"{name} (deployment {record['modelDeploymentName']})")


def imported(identifier: str) -> Served | Refusal:
    """An imported model."""
    record = bedrock_store.find("imported-model", identifier, "modelArn")
    return Served(IMPORTED, f"imported model {record['modelName']}") if record else absent(identifier)


def profile(identifier: str) -> Served | Refusal:
    """A profile that the account made."""
    record: Body | None = bedrock_store.find("application-inference-profile", identifier, "inferenceProfileArn")
    if record is None:
        return absent(identifier)
    model = foundation(record["models"][0]["modelArn"])
    return Served(model, f"{model.id} (inference profile {record['inferenceProfileName']})")


def custom(identifier: str) -> Served | Refusal:
    """A custom model itself answers to nobody."""
    return Refusal(
        "ValidationException",
        f"The model {identifier} can't be invoked: it needs provisioned throughput or a deployment.",
    )


OWN: dict[str, Callable[[str], Served | Refusal]] = {
    "provisioned-model": throughput,
    "custom-model-deployment": deployment,
    "imported-model": imported,
    "application-inference-profile": profile,
    "custom-model": custom,
}
