# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for model customization jobs: pure, no I/O. Private to this collection."""

from __future__ import annotations

import typing as t

from .._aws.tags import plan_tags
from .._resource import Call, Plan, Refused, Resource
from .comparison import as_text, contains, same_base, same_key, same_uri, same_value

RUNNING = "InProgress"
ENDED = ("Completed", "Failed", "Stopped")
# A job found so will never yield the model that was asked for.
ENDED_BADLY = ("Failed", "Stopping", "Stopped")

NO_ABSENT = (
    "A model customization job cannot be deleted: Amazon Bedrock keeps it for ever, and its name is spent. Stop a job "
    "that runs with state: stopped, and delete the model that it made with bedrock_custom_model and state: absent."
)
_NEEDED = ("custom_model_name", "role_arn", "base_model_id", "training_data", "output_s3_uri")
# What CreateModelCustomizationJob takes besides tags.
_CREATED_WITH = (
    *_NEEDED,
    "customization_type",
    "validation_data",
    "hyperparameters",
    "vpc",
    "kms_key_id",
    "customization_config",
    "tags",
    "custom_model_tags",
)
# What the job shows of it afterwards, in the same words.
_SHOWN = (
    "custom_model_name",
    "role_arn",
    "customization_type",
    "training_data",
    "validation_data",
    "output_s3_uri",
    "hyperparameters",
    "vpc",
    "customization_config",
)


def desired_of(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the user set, of the module's options: suboptions left out are gone, hyperparameters are text."""
    desired = {key: _pruned(params.get(key)) for key in ("name", "purge_tags", *_CREATED_WITH)}
    desired = {key: value for key, value in desired.items() if value is not None}
    for key in ("hyperparameters", "tags", "custom_model_tags"):
        if key in desired:
            desired[key] = {str(name): as_text(value) for name, value in desired[key].items()}
    return desired


def plan_present(
    desired: Resource,
    found: Resource | None,
    *,
    base_arns: t.Sequence[str] = (),
    acknowledged: bool = False,
    ignore_terminal: bool = False,
) -> Plan:
    """Plan for a job that is to exist.

    desired: as desired_of gives it. A key left out is left alone.
    found: the job as read, or None.
    base_arns: ARNs that the base model given may have in the job's record; none when it does not exist.
    acknowledged: whether the user accepts what the training costs.
    ignore_terminal: whether a job that failed or was stopped is accepted as it is.
    """
    if found is None:
        return _plan_new(desired, base_arns, acknowledged)
    if found["status"] in ENDED_BADLY and not ignore_terminal:
        raise Refused(ended_badly(found))
    _refuse_other_values(desired, found, base_arns)
    calls, tags = plan_tags(found, desired)
    return Plan(found, {**found, "tags": tags}, tuple(calls))


def plan_stopped(found: Resource | None) -> Plan:
    """Plan for a job that is not to run."""
    if found is None or found["status"] != RUNNING:
        return Plan(found, found)
    stop = Call("stop customization job", {"name": found["name"], "arn": found["arn"]})
    return Plan(found, {**found, "status": "Stopped"}, (stop,))


def ended_badly(job: Resource) -> str:
    """What to tell of a job that failed or was stopped."""
    how = {"Failed": "failed", "Stopped": "was stopped", "Stopping": "is being stopped"}[job["status"]]
    why = f": {job['failure_message']}" if job.get("failure_message") else ""
    return (
        f"Model customization job {job['name']} ({job['arn']}) {how}{why.rstrip('.')}. A job can be neither repeated "
        "nor deleted: its name is spent. Start the corrected one under another name, or accept this one as it is with "
        "ignore_terminal: true."
    )


def _plan_new(desired: Resource, base_arns: t.Sequence[str], acknowledged: bool) -> Plan:
    name = desired["name"]
    missing = [option for option in _NEEDED if not desired.get(option)]
    if missing:
        raise Refused(f"There is no model customization job {name}, and to start it {', '.join(missing)} must be set.")
    if not base_arns:
        raise Refused(
            f"base_model_id is {desired['base_model_id']}, and there is no such custom model in this account and "
            "region. Give the id of a foundation model (provider.model) or a custom model that exists."
        )
    if not acknowledged:
        raise Refused(
            f"Starting the model customization job {name} costs money: training is billed by tokens and epochs, and "
            "the custom model's storage by the month. Set acknowledge_cost: true when that is accepted."
        )
    return Plan(None, _made(desired, base_arns[0]), (Call("create customization job", _only(desired)),))


def _made(desired: Resource, base_arn: str) -> dict[str, t.Any]:
    shown = {key: desired.get(key) for key in _SHOWN}
    return {
        "name": desired["name"],
        "status": RUNNING,
        "base_model_arn": base_arn,
        **shown,
        "validation_data": desired.get("validation_data", []),
        "hyperparameters": desired.get("hyperparameters", {}),
        "tags": desired.get("tags", {}),
    }


def _only(desired: Resource) -> dict[str, t.Any]:
    return {key: desired[key] for key in ("name", *_CREATED_WITH) if key in desired}


def _refuse_other_values(desired: Resource, found: Resource, base_arns: t.Sequence[str]) -> None:
    told = [
        f"{option} is {_shown(was)}, and {_shown(wanted)} is asked for"
        for option, was, wanted in _differences(desired, found, base_arns)
    ]
    if told:
        raise Refused(
            f"Model customization job {found['name']} ({found['arn']}, {found['status']}) exists with other values: "
            f"{'; '.join(told)}. A job can be neither changed nor deleted: start the new one under another name."
        )


def _differences(
    desired: Resource, found: Resource, base_arns: t.Sequence[str]
) -> t.Iterator[tuple[str, t.Any, t.Any]]:
    """Options that have another value in the job's record: option, the record's, the user's."""
    for option, (key, same) in _COMPARED.items():
        if option in desired and not same(desired[option], found.get(key)):
            yield option, found.get(key), desired[option]
    if "base_model_id" in desired and not same_base(base_arns, found.get("base_model_arn")):
        yield "base_model_id", found["base_model_arn"], desired["base_model_id"]
    for name, value in desired.get("hyperparameters", {}).items():
        was = (found.get("hyperparameters") or {}).get(name)
        if not same_value(value, was):
            yield f"hyperparameters.{name}", was, value


def _equal(given: t.Any, found: t.Any) -> bool:
    return bool(given == found)


def _equal_if_told(given: t.Any, found: t.Any) -> bool:
    """The type is optional in the record; without it nobody can tell."""
    return found in (None, given)


def _same_members(given: t.Any, found: t.Any) -> bool:
    return bool(_in_any_order(given) == _in_any_order(found))


def _same_data(given: Resource, found: t.Any) -> bool:
    if found and "s3_uri" in given:
        return same_uri(given["s3_uri"], found.get("s3_uri"))
    return contains(found, given)


def _in_any_order(value: t.Any) -> t.Any:
    if isinstance(value, t.Mapping):
        return {key: sorted(members) for key, members in value.items()}
    return sorted(value or [])


def _pruned(value: t.Any) -> t.Any:
    """Without the suboptions that the user did not set."""
    if isinstance(value, t.Mapping):
        return {key: _pruned(one) for key, one in value.items() if one is not None}
    return value


# Option -> where the record has it, and when it is the same.
_COMPARED: t.Mapping[str, tuple[str, t.Callable[[t.Any, t.Any], bool]]] = {
    "custom_model_name": ("custom_model_name", _equal),
    "role_arn": ("role_arn", _equal),
    "customization_type": ("customization_type", _equal_if_told),
    "kms_key_id": ("kms_key_arn", same_key),
    "training_data": ("training_data", _same_data),
    "validation_data": ("validation_data", _same_members),
    "output_s3_uri": ("output_s3_uri", same_uri),
    "vpc": ("vpc", _same_members),
    "customization_config": ("customization_config", _same_data),
}


def _shown(value: t.Any) -> str:
    return "not set" if value is None else repr(value)
