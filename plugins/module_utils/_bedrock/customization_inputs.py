# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users give for a model customization job, checked before the first call: pure. Private to this collection."""

from __future__ import annotations

import typing as t

from .._resource import Refused
from .arns import parse
from .customization_job import NO_ABSENT
from .inputs import check, check_count, check_each, check_tags
from .wait_options import check_wait

# Bounds of the service model bedrock 2023-04-20 in botocore 1.44.5.
MOST_VALIDATORS = 10
MOST_SUBNETS = 16
MOST_GROUPS = 5
_TUNED_BY_REWARD = {
    "epochCount": (1, 50),
    "batchSize": (16, 512),
    "learningRate": (1e-7, 1e-3),
    "trainingSamplePerPrompt": (2, 16),
    "evalInterval": (1, 100),
}
_FILTERS = ("equals", "notEquals", "andAll", "orAll")
_CONFIGS = {"distillationConfig": "DISTILLATION", "rftConfig": "REINFORCEMENT_FINE_TUNING"}
_RULES = {
    "name": "job_name",
    "custom_model_name": "custom_model_name",
    "role_arn": "role_arn",
    "base_model_id": "model",
    "output_s3_uri": "s3_uri",
    "kms_key_id": "kms_key",
}


def check_job(params: t.Mapping[str, t.Any]) -> None:
    """Refuse options that AWS would refuse, or that no job can have."""
    if params["state"] == "absent":
        raise Refused(NO_ABSENT)
    for option, rule in _RULES.items():
        if params.get(option) is not None:
            check(option, params[option], rule)
    _check_training(params.get("training_data"))
    _check_validation(params.get("validation_data"))
    _check_vpc(params.get("vpc"))
    _check_hyperparameters(params.get("hyperparameters"))
    _check_config(params.get("customization_config"), params.get("customization_type"))
    check_tags("tags", params.get("tags"))
    check_tags("custom_model_tags", params.get("custom_model_tags"))
    check_wait(params)


def _check_training(data: t.Mapping[str, t.Any] | None) -> None:
    if not data:
        return
    if data.get("s3_uri") is not None:
        check("training_data.s3_uri", data["s3_uri"], "s3_uri")
    logs = data.get("invocation_logs")
    if logs:
        check("training_data.invocation_logs.s3_uri", logs["s3_uri"], "s3_uri")
        _check_filter(logs.get("request_metadata_filters"))


def _check_filter(given: t.Mapping[str, t.Any] | None) -> None:
    if given is not None and (len(given) != 1 or not set(given) <= set(_FILTERS)):
        raise Refused(
            f"training_data.invocation_logs.request_metadata_filters has {', '.join(map(str, given)) or 'nothing'}, "
            f"and takes exactly one of {', '.join(_FILTERS)}. Put several conditions into andAll or orAll."
        )


def _check_validation(uris: t.Sequence[str] | None) -> None:
    if uris:
        check_count("The number of validation_data", len(uris), 0, MOST_VALIDATORS, "Put the records into fewer files")
        check_each("validation_data", uris, "s3_uri")


def _check_vpc(vpc: t.Mapping[str, t.Any] | None) -> None:
    if vpc is None:
        return
    subnets, groups = vpc["subnet_ids"], vpc["security_group_ids"]
    check_count("The number of vpc.subnet_ids", len(subnets), 1, MOST_SUBNETS, "Both lists are needed")
    check_count("The number of vpc.security_group_ids", len(groups), 1, MOST_GROUPS, "Both lists are needed")
    check_each("vpc.subnet_ids", subnets, "subnet")
    check_each("vpc.security_group_ids", groups, "security_group")


def _check_hyperparameters(given: t.Mapping[str, t.Any] | None) -> None:
    for name, value in (given or {}).items():
        if not isinstance(value, str | int | float):
            raise Refused(f"hyperparameters.{name} is {value!r}. Give a text, a number or a boolean.")


def _check_config(config: t.Mapping[str, t.Any] | None, kind: str | None) -> None:
    if config is None:
        return
    if len(config) != 1 or not set(config) <= set(_CONFIGS):
        raise Refused(
            f"customization_config has {', '.join(map(str, config)) or 'nothing'}, and takes exactly one of "
            f"{', '.join(_CONFIGS)}, in the API's own form."
        )
    (name,) = config
    if kind is not None and kind != _CONFIGS[name]:
        raise Refused(
            f"customization_type is {kind}, and customization_config.{name} is for {_CONFIGS[name]}. "
            "Change one of them."
        )
    if name == "rftConfig":
        _check_rft((config[name] or {}).get("hyperParameters") or {})


def _check_rft(given: t.Mapping[str, t.Any]) -> None:
    for name, (least, most) in _TUNED_BY_REWARD.items():
        value = given.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise Refused(
                f"customization_config.rftConfig.hyperParameters.{name} is {value!r}, and must be a number from "
                f"{least} to {most}."
            )


def check_jobs_asked_for(params: t.Mapping[str, t.Any]) -> None:
    """Refuse a question about jobs that AWS would refuse."""
    check_each("names", params["names"] or [], "job_name")
    if params["name_contains"] is not None:
        check("name_contains", params["name_contains"], "job_name")
    for arn in params["arns"] or []:
        parts = parse(arn)
        if not parts or parts.kind != "model-customization-job":
            raise Refused(f"arns has {arn!r}, which is no ARN of a model customization job. Give names in names.")
