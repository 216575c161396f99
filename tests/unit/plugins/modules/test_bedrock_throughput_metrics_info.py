"""Input that is refused before CloudWatch is asked, and what is told of models without data."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.plugins.modules.scripted_aws import Runner, ScriptedAws

MODULE = "bedrock_throughput_metrics_info"
ARN = "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefghij12"


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "options, message",
    [
        ({"model_ids": ["my-throughput"]}, "ARN of a provisioned model"),
        ({"start_time": "yesterday"}, "start_time is 'yesterday'"),
        ({"end_time": "2026-13-13"}, "end_time is '2026-13-13'"),
        ({"start_time": "2020-01-01"}, "keeps metrics for 455 days"),
        ({"end_time": "2020-01-01"}, "keeps metrics for 455 days"),
        ({"hours": 0}, "hours is 0"),
        ({"hours": 10**9}, "hours is 1000000000"),
        ({"period": 90}, "period is 90"),
    ],
)
def test_bad_input_fails_before_the_first_call(
    scripted_aws: ScriptedAws, run_module: Runner, check: bool, options: dict[str, Any], message: str
) -> None:
    result = run_module(MODULE, check=check, **{"model_ids": [ARN], **options})
    assert result["failed"] and message in result["msg"]
    assert scripted_aws.requests == []


def test_no_data_is_said(run_module: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.llmops.bedrock.plugins.modules import bedrock_throughput_metrics_info as module

    asked: list[Any] = []

    def points_of(client: Any, queries: Any, when: Any) -> Any:
        asked.extend(queries)
        return {"m0_invocations": {when.start: 2.0}}, ["CloudWatch says so"]

    monkeypatch.setattr(module, "points_of", points_of)
    result = run_module(MODULE, model_ids=["p.model", ARN, ARN])
    assert [(row["model_id"], row["has_data"], row["invocations"]) for row in result["metrics"]] == [
        ("p.model", True, 2),
        (ARN, False, None),
    ]
    assert result["warnings"][0] == "CloudWatch says so"
    assert ARN in result["warnings"][1] and "p.model" not in result["warnings"][1]
    assert result["period"] in (86400, 86460) and result["start_time"] < result["end_time"]
    assert len(asked) == 24
