# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for on-demand deployments of custom models: pure, no I/O. Private to this collection."""

from __future__ import annotations

import typing as t

from .._aws.tags import plan_tags
from .._resource import Call, Plan, Refused, Resource
from .custom_model import IMPORTED, kind_of
from .inputs import check, check_each, check_tags
from .wait_options import check_wait

UPDATING = "Updating"
FAILED = "Failed"
_RULES = {"name": "deployment_name", "arn": "deployment_arn", "description": "description"}


def check_deployment(params: t.Mapping[str, t.Any]) -> None:
    """Refuse options that AWS would refuse, before the first call."""
    for option, rule in _RULES.items():
        if params.get(option) is not None:
            check(option, params[option], rule)
    if params.get("model") is not None:
        check_model_of_deployment(params["model"])
    check_tags("tags", params.get("tags"))
    check_wait(params)


def check_model_of_deployment(model: str) -> None:
    """Refuse what no custom model is called."""
    if not model.startswith("arn:"):
        check("model", model, "custom_model_name")
        return
    if kind_of(model) == IMPORTED:
        raise Refused(
            f"model is {model}, an imported model. It answers requests by its own ARN and takes no deployment."
        )
    if kind_of(model) is None:
        raise Refused(
            f"model is {model}. Only a custom model is deployed so: give its name or ARN, as bedrock_custom_model_info "
            "shows it. Foundation models are called by their id."
        )
    check("model", model, "custom_model_arn")


def check_deployments_asked_for(params: t.Mapping[str, t.Any]) -> None:
    """Refuse a question about deployments that AWS would refuse."""
    check_each("names", params["names"] or [], "deployment_name")
    check_each("arns", params["arns"] or [], "deployment_arn")
    if params["model"] is not None:
        check_model_of_deployment(params["model"])


def the_one(arns: t.Sequence[str], name: str) -> str | None:
    """The one deployment of this name. AWS says that names are unique; no other one is ever picked."""
    if len(arns) > 1:
        raise Refused(f"More than one deployment is called {name}: {', '.join(arns)}. Say which with arn.")
    return arns[0] if arns else None


def called(found: Resource | None, name: str | None) -> Resource | None:
    """The deployment of an ARN, if it has the name that was given besides."""
    if found and name and found["name"] != name:
        raise Refused(
            f"name is {name}, and the deployment with the ARN given is called {found['name']}. A deployment cannot be "
            "renamed: give one of the two, or make another one."
        )
    return found


def busy(found: Resource | None) -> bool:
    """Whether AWS is still at work on it, and takes no other model for it until then."""
    return bool(found) and (found["status"] == "Creating" or found["update_status"] == UPDATING)  # type: ignore[index]


def plan_present(desired: Resource, found: Resource | None, model: Resource | None) -> Plan:
    """Plan for a deployment that is to exist.

    desired: what the user set of name, arn, model, description, tags and purge_tags.
    found: the deployment as read, or None.
    model: the custom model that ``desired`` names, as read; None when it does not exist, or none is named.
    """
    if found is None:
        return _plan_new(desired, model)
    if found["status"] == FAILED:
        raise Refused(failed(found))
    if "description" in desired and desired["description"] != found["description"]:
        raise Refused(
            f"The description of deployment {found['name']} ({found['arn']}) is {found['description']!r}, and "
            f"{desired['description']!r} is asked for. Amazon Bedrock cannot change it: leave it, or delete the "
            "deployment with state: absent and make it again, under a new ARN."
        )
    calls, after = [], dict(found)
    if "model" in desired:
        arn = _wanted_arn(desired, model, found)
        if arn != found["desired_model_arn"]:
            _refuse_unready(desired, model)
            calls.append(Call("update deployment", {"name": found["name"], "arn": found["arn"], "model_arn": arn}))
            after |= {"model_arn": arn, "desired_model_arn": arn, "update_status": "UpdateCompleted"}
    tag_calls, after["tags"] = plan_tags(found, desired)
    return Plan(found, after, (*calls, *tag_calls))


def plan_absent(found: Resource | None) -> Plan:
    """Plan for a deployment that is not to exist."""
    if found is None:
        return Plan(None, None)
    return Plan(found, None, (Call("delete deployment", {"name": found["name"], "arn": found["arn"]}),))


def failed(deployment: Resource) -> str:
    """What to tell of a deployment that failed."""
    why = f": {deployment['failure_message']}" if deployment.get("failure_message") else ""
    return (
        f"Deployment {deployment['name']} ({deployment['arn']}) failed{why.rstrip('.')}. Remove the cause, delete the "
        "deployment with state: absent, and make it again."
    )


def _plan_new(desired: Resource, model: Resource | None) -> Plan:
    if "name" not in desired:
        raise Refused(
            f"There is no deployment {desired['arn']}. To make one give its name instead of an ARN: AWS sets ARNs."
        )
    if "model" not in desired:
        raise Refused(f"There is no deployment {desired['name']}, and to make it model must be set.")
    _refuse_unready(desired, model)
    arn = model["arn"]  # type: ignore[index]  # refused above when there is none
    arguments = {key: desired[key] for key in ("name", "description", "tags") if key in desired}
    after = {
        "name": desired["name"],
        "model_arn": arn,
        "desired_model_arn": arn,
        "status": "Active",
        "update_status": None,
        "description": desired.get("description"),
        "tags": {str(key): str(value) for key, value in desired.get("tags", {}).items()},
    }
    return Plan(None, after, (Call("create deployment", {**arguments, "model_arn": arn}),))


def _wanted_arn(desired: Resource, model: Resource | None, found: Resource) -> str:
    """ARN of the model asked for. An ARN given that is deployed already needs no look at the model."""
    if desired["model"] == found["desired_model_arn"]:
        return str(desired["model"])
    _refuse_unready(desired, model, only_missing=True)
    return str(model["arn"])  # type: ignore[index]  # refused above when there is none


def _refuse_unready(desired: Resource, model: Resource | None, *, only_missing: bool = False) -> None:
    if model is None:
        raise Refused(
            f"model is {desired['model']}, and there is no such custom model in this account and region. "
            "bedrock_custom_model_info lists them; bedrock_model_customization_job makes one."
        )
    if model["status"] == "Active" or only_missing:
        return
    why = f": {model['failure_message']}" if model.get("failure_message") else ""
    raise Refused(
        f"Custom model {model['name']} ({model['arn']}) is {model['status']}{why.rstrip('.')}, and only an Active one "
        "can be deployed. Wait for it with bedrock_custom_model."
    )
