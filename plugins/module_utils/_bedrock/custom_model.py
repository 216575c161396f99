# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for custom and imported models: pure, no I/O. Private to this collection."""

from __future__ import annotations

import typing as t

from .._aws.tags import plan_tags
from .._resource import Call, Plan, Refused, Resource
from .arns import is_foundation_model_id, parse
from .comparison import same_key, same_uri
from .inputs import check, check_each, check_tags
from .wait_options import check_wait

CUSTOM = "custom"
IMPORTED = "imported"
MAKING = "Creating"
FAILED = "Failed"
_KINDS = {"custom-model": CUSTOM, "imported-model": IMPORTED}
_CREATED_WITH = ("name", "model_source_s3_uri", "role_arn", "kms_key_id", "tags")
_RULES = {
    "name": "custom_model_name",
    "arn": "custom_model_arn",
    "model_source_s3_uri": "s3_uri",
    "role_arn": "role_arn",
    "kms_key_id": "kms_key",
}


def check_model(params: t.Mapping[str, t.Any]) -> None:
    """Refuse options that AWS would refuse, before the first call."""
    for option, rule in _RULES.items():
        if params.get(option) is not None:
            check(option, params[option], rule)
    arn, kind, key = params.get("arn"), params.get("kind"), params.get("kms_key_id")
    if arn and kind and kind_of(arn) != kind:
        raise Refused(f"kind is {kind}, and arn is that of a model of kind {kind_of(arn)}: {arn}. Leave kind out.")
    if kind == CUSTOM and key and ":key/" not in key:
        raise Refused(
            f"kms_key_id is {key!r}, and a model of kind custom is made with the ARN of a KMS key alone. Give "
            "arn:aws:kms:REGION:ACCOUNT:key/ID."
        )
    check_tags("tags", params.get("tags"))
    check_wait(params)


def check_models_asked_for(params: t.Mapping[str, t.Any]) -> None:
    """Refuse a question about models that AWS would refuse."""
    check_each("names", params["names"] or [], "custom_model_name")
    check_each("arns", params["arns"] or [], "custom_model_arn")
    if params["base_model_id"] is not None:
        check("base_model_id", params["base_model_id"], "model")
        if ":foundation-model/" not in params["base_model_id"] and not is_foundation_model_id(params["base_model_id"]):
            raise Refused(
                f"base_model_id is {params['base_model_id']!r}. Give the id (provider.model) or ARN of a "
                "foundation model."
            )


def kind_of(arn: str) -> str | None:
    """Whether it is the ARN of a custom or of an imported model; None for any other."""
    parts = parse(arn)
    return _KINDS.get(parts.kind) if parts else None


def the_one(found: t.Sequence[Resource], name: str) -> Resource | None:
    """The one model of this name. A custom and an imported model can have the same."""
    if len(found) > 1:
        listed = ", ".join(f"{handle(model)} ({model['kind']})" for model in found)
        raise Refused(f"More than one model is called {name}: {listed}. Say which with arn, or with kind.")
    return found[0] if found else None


def called(found: Resource | None, name: str | None) -> Resource | None:
    """The model of an ARN, if it has the name that was given besides."""
    if found and name and found["name"] != name:
        raise Refused(
            f"name is {name}, and the model with the ARN given is called {found['name']}. A model cannot be renamed: "
            "give one of the two."
        )
    return found


def plan_present(desired: Resource, found: Resource | None) -> Plan:
    """Plan for a model that is to exist.

    desired: what the user set of name, arn, kind, model_source_s3_uri, role_arn, kms_key_id, tags and purge_tags.
    found: the model as read, or None.
    """
    if found is None:
        return _plan_new(desired)
    if found["status"] == FAILED:
        raise Refused(failed(found))
    _refuse_other_values(desired, found)
    if not found.get("arn"):
        # Its tags go with the import, and there is no ARN to give others to yet.
        return Plan(found, found)
    calls, tags = plan_tags(found, desired)
    return Plan(found, {**found, "tags": tags}, tuple(calls))


def plan_absent(found: Resource | None) -> Plan:
    """Plan for a model that is not to exist."""
    if found is None:
        return Plan(None, None)
    if not found.get("arn"):
        raise Refused(
            f"Model {found['name']} is being imported by {found['job_arn']}, and an import cannot be stopped. Delete "
            "the model when the import has ended."
        )
    delete = Call("delete model", {"name": found["name"], "arn": found["arn"], "kind": found["kind"]})
    return Plan(found, None, (delete,))


def handle(model: Resource) -> str:
    """The ARN by which to speak of a model: its own, or while there is none that of the job that imports it."""
    return str(model.get("arn") or model.get("job_arn"))


def failed(model: Resource) -> str:
    """What to tell of a model that failed."""
    why = f": {model['failure_message']}" if model.get("failure_message") else ""
    return (
        f"Model {model['name']} ({handle(model)}) failed{why.rstrip('.')}. Remove the cause, delete "
        "the model with state: absent where it is listed, and make it again."
    )


def _plan_new(desired: Resource) -> Plan:
    if "name" not in desired:
        raise Refused(
            f"There is no model {desired['arn']}. To make one give its name instead of an ARN: AWS sets ARNs."
        )
    missing = [option for option in ("kind", "model_source_s3_uri") if option not in desired]
    if desired.get("kind") == IMPORTED and "role_arn" not in desired:
        missing.append("role_arn")
    if missing:
        raise Refused(
            f"There is no model {desired['name']}, and to make it from files {', '.join(missing)} must be set. A model "
            "that is to be trained is made by bedrock_model_customization_job."
        )
    arguments = {key: desired[key] for key in _CREATED_WITH if key in desired}
    after = {
        "name": desired["name"],
        "kind": desired["kind"],
        "status": MAKING,
        "source_s3_uri": desired["model_source_s3_uri"],
        "tags": {str(key): str(value) for key, value in desired.get("tags", {}).items()},
    }
    verb = "create" if desired["kind"] == CUSTOM else "import"
    return Plan(None, after, (Call(f"{verb} model", arguments),))


def _refuse_other_values(desired: Resource, found: Resource) -> None:
    told = []
    if desired.get("kind", found["kind"]) != found["kind"]:
        told.append(f"kind is {found['kind']}, and {desired['kind']} is asked for")
    source = found.get("source_s3_uri")
    # Bedrock tells where a model came from of imported ones only.
    if source and "model_source_s3_uri" in desired and not same_uri(desired["model_source_s3_uri"], source):
        told.append(f"model_source_s3_uri is {source}, and {desired['model_source_s3_uri']} is asked for")
    key = found.get("kms_key_arn")
    if key and "kms_key_id" in desired and not same_key(desired["kms_key_id"], key):
        told.append(f"kms_key_id is {key}, and {desired['kms_key_id']} is asked for")
    if told:
        raise Refused(
            f"Model {found['name']} ({handle(found)}) exists with other values: {'; '.join(told)}. "
            "A model cannot be changed: use another name, or delete this one first."
        )
