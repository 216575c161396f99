# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for provisioned throughput: pure, no I/O. Private to this collection.

A mistake here is billed by the hour for months. So nothing is bought without consent, nothing in the place of something
else, and nothing is deleted inside a term.
"""

from __future__ import annotations

import datetime
import typing as t

from .._aws.tags import plan_tags
from .._resource import Call, Plan, Refused, Resource
from . import arns, buyable, inputs, purchase
from .terms import NO_TERM, check_term

FAILED = "Failed"
READY = "InService"
ON_ITS_WAY = ("Creating", "Updating")

# What a diff shows: neither times nor status, which change by themselves.
_SHOWN = ("name", "model_arn", "model_units", "commitment_duration", "tags")
_TO_BUY = ("name", "model_id", "model_units", "commitment_duration")


def check_options(options: Resource) -> None:
    """Refuse input that AWS would refuse, before any call. An option that is None is not set."""
    rules: list[tuple[str, t.Callable[[t.Any], object]]] = [
        ("name", lambda value: inputs.check("name", value, "provisioned_model_name")),
        ("arn", lambda value: inputs.check("arn", value, "provisioned_model_arn")),
        ("model_id", lambda value: buyable.check_model("model_id", value)),
        (
            "model_units",
            lambda value: inputs.check_count("model_units", value, 1, None, "Give a whole number of units"),
        ),
        ("commitment_duration", lambda value: check_term("commitment_duration", value)),
        ("tags", lambda value: inputs.check_tags("tags", value)),
        ("wait_timeout", lambda value: inputs.check_count("wait_timeout", value, 1, None, "Give seconds")),
        ("wait_delay", lambda value: inputs.check_count("wait_delay", value, 1, None, "Give seconds")),
    ]
    for option, rule in rules:
        if options.get(option) is not None:
            rule(options[option])
    purchase.check_price(options.get("price_per_unit_hour"), options["currency"])


def plan_present(
    desired: Resource, found: Resource | None, model: buyable.Model | None = None, *, now: datetime.datetime
) -> Plan:
    """Plan for provisioned throughput that is to exist.

    desired: keys that the user set, of name, arn, model_id with its model_arn, model_units, commitment_duration, tags,
        purge_tags, acknowledge_cost, price_per_unit_hour and currency. What is left out is left alone.
    found: as read, or None.
    model: what Bedrock says of the model, where it was asked; only a purchase looks at it.
    """
    if found is None:
        return _buy(desired, model, now)
    _refuse_failed(found)
    _refuse_fixed(desired, found)
    changes: dict[str, t.Any] = {}
    if desired.get("arn") and desired.get("name") not in (None, found["name"]):
        changes["name"] = desired["name"]
    if desired.get("model_arn") not in (None, found["desired_model_arn"]):
        changes["model_arn"] = desired["model_arn"]
    calls = [Call("update throughput", {"arn": found["arn"], **changes})] if changes else []
    tag_calls, tags = plan_tags(found, desired)
    after = {**found, **changes, "tags": tags}
    if "model_arn" in changes:
        after["desired_model_arn"] = changes["model_arn"]
    return Plan(found, after, (*calls, *tag_calls))


def plan_absent(desired: Resource, found: Resource | None, *, now: datetime.datetime) -> Plan:
    """Plan for provisioned throughput that is not to exist. desired: name and arn, where they are set."""
    if found is None:
        return Plan(None, None)
    if desired.get("name") not in (None, found["name"]):
        raise Refused(
            f"{found['arn']} has the name {found['name']}, and name is {desired['name']}. Nothing is deleted: "
            "give one of them, or the two that belong together."
        )
    end = found["commitment_expiration_time"]
    # One that failed serves nobody and is not billed: AWS decides.
    if found["status"] != FAILED:
        if end and datetime.datetime.fromisoformat(end) > now:
            raise Refused(
                f"{found['name']} ({found['arn']}) is committed ({found['commitment_duration']}) until {end}, and AWS "
                "deletes nothing inside a term. Use it until then, and delete it after that day: it goes on being "
                "billed until it is deleted."
            )
        if not end and found["commitment_duration"] != NO_TERM and found["status"] == "Creating":
            raise Refused(
                f"{found['name']} ({found['arn']}) is being created with a commitment ({found['commitment_duration']}) "
                "whose end AWS has not told yet, and AWS deletes nothing inside a term. Run again when it is InService."
            )
    return Plan(found, None, (Call("delete throughput", {"arn": found["arn"]}),))


def busy(found: Resource | None) -> bool:
    """Whether AWS is working on it: it may be in service with the old model while it moves to another one."""
    if found is None or found["status"] == FAILED:
        return False
    return found["status"] in ON_ITS_WAY or found["model_arn"] != found["desired_model_arn"]


def shown(resource: Resource | None) -> dict[str, t.Any]:
    """What a diff shows of it. The model is the one that it has or is moving to."""
    if resource is None:
        return {}
    return {**{key: resource.get(key) for key in _SHOWN}, "model_arn": resource["desired_model_arn"]}


def only_one(name: str, found: t.Sequence[str]) -> str | None:
    """The ARN that has the name; None for none. AWS may have two of one name: only the user can tell them apart."""
    if len(found) > 1:
        raise Refused(
            f"{len(found)} provisioned throughputs have the name {name}: {', '.join(sorted(found))}. "
            "Nothing was changed. Give the arn of the one that is meant."
        )
    return found[0] if found else None


# --- A purchase ---


def _buy(desired: Resource, model: buyable.Model | None, now: datetime.datetime) -> Plan:
    if desired.get("arn"):
        raise Refused(
            f"There is no provisioned throughput {desired['arn']} here, and AWS chooses the ARN of a new one. "
            "Nothing is bought. Correct the arn, or leave it out to buy one by its name."
        )
    if missing := [option for option in _TO_BUY if desired.get(option) is None]:
        raise Refused(
            f"There is no provisioned throughput with the name {desired.get('name')}, and to buy it these are missing: "
            f"{', '.join(missing)}. commitment_duration has no default: none, OneMonth or SixMonths."
        )
    end = purchase.term_end(desired["commitment_duration"], now)
    if model:
        buyable.refuse_unfit(model, now=now, until=end)
    told = purchase.billing(desired, purchase.written(end))
    if not desired.get("acknowledge_cost"):
        raise Refused(
            f"{desired['name']} would be bought: {purchase.in_words(told)}. Nothing is bought without "
            "acknowledge_cost=true."
        )
    is_custom = buyable.kind_of(desired["model_arn"]) == buyable.CUSTOM_MODEL
    made = {
        "name": desired["name"],
        "arn": None,
        "id": None,
        "model_arn": desired["model_arn"],
        "desired_model_arn": desired["model_arn"],
        "foundation_model_arn": None if is_custom else desired["model_arn"],
        "model_units": desired["model_units"],
        "desired_model_units": desired["model_units"],
        "status": "Creating",
        "commitment_duration": desired["commitment_duration"],
        "commitment_expiration_time": None,
        "commitment_days_left": purchase.days_left(end, now),
        "creation_time": None,
        "last_modified_time": None,
        "failure_message": None,
        "tags": {str(key): str(value) for key, value in (desired.get("tags") or {}).items()},
    }
    arguments = {
        "name": desired["name"],
        "model_id": desired["model_arn"] if is_custom else desired["model_id"],
        **{key: made[key] for key in ("model_units", "commitment_duration", "tags")},
    }
    return Plan(None, made, (Call("buy throughput", arguments),))


# --- What stands and is not as wanted ---


def _refuse_failed(found: Resource) -> None:
    if found["status"] == FAILED:
        raise Refused(
            f"{found['name']} ({found['arn']}) is Failed: {found['failure_message'] or 'AWS gives no reason'}. "
            "Nothing is bought in its place. Remove it with state=absent, then run again."
        )


def _refuse_fixed(desired: Resource, found: Resource) -> None:
    """Refuse to change what AWS lets nobody change."""
    stands = {"model_units": found["desired_model_units"], "commitment_duration": found["commitment_duration"]}
    differ = [
        f"{key} is {value} and {desired[key]} is wanted"
        for key, value in stands.items()
        if desired.get(key) not in (None, value)
    ]
    wanted = desired.get("model_arn")
    if wanted not in (None, found["desired_model_arn"]) and (reason := _cannot_move(found, str(wanted))):
        differ.append(f"the model is {found['desired_model_arn']} and {wanted} is wanted ({reason})")
    if differ:
        raise Refused(
            f"{found['name']} ({found['arn']}) cannot be changed so: {'; '.join(differ)}. It is never replaced, "
            "as its ARN, its reserved capacity and what is left of its term would be lost. Set what stands, leave the "
            "option out, or buy another one under another name."
        )


def _cannot_move(found: Resource, wanted: str) -> str | None:
    """Why AWS does not move it to this model; None where it does: from a custom model to its base or a sibling."""
    if buyable.kind_of(found["desired_model_arn"]) != buyable.CUSTOM_MODEL:
        return "AWS changes the model only where it is a custom one"
    base = found["foundation_model_arn"]
    is_custom = buyable.kind_of(wanted) == buyable.CUSTOM_MODEL
    other = buyable.base_in(wanted) if is_custom else arns.short_id(wanted)
    if base and other and not buyable.same_base(base, other):
        return f"it is not made from {arns.short_id(base)}"
    return None
