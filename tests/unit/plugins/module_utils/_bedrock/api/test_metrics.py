"""CloudWatch's pages and statuses, which the emulated one does not give."""

from __future__ import annotations

import datetime

import botocore.session
import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api.metrics import points_of
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.metrics import Range, queries_for
from botocore.stub import ANY, Stubber

END = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
WHEN = Range(END - datetime.timedelta(hours=1), END, 3600, True)
TIMES = [WHEN.start + datetime.timedelta(minutes=minute) for minute in range(4)]


@pytest.fixture
def stub(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    client = botocore.session.Session().create_client(
        "cloudwatch", region_name="us-west-2", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def result(identifier, times, values, status="Complete"):
    return {"Id": identifier, "Timestamps": times, "Values": values, "StatusCode": status}


def asked(queries=ANY, **more):
    return {
        "MetricDataQueries": queries,
        "StartTime": WHEN.start,
        "EndTime": WHEN.end,
        "ScanBy": "TimestampAscending",
        **more,
    }


def test_pages_are_put_together(stub):
    queries = queries_for(["p.m"], WHEN)
    pages = [
        {
            "MetricDataResults": [result("m0_invocations", TIMES[:2], [1, 2], "PartialData")],
            "NextToken": "2",
            "Messages": [{"Code": "x", "Value": "Be careful"}],
        },
        {"MetricDataResults": [result("m0_invocations", [], [], "InternalError")], "NextToken": "3"},
        {"MetricDataResults": [result("m0_invocations", TIMES[2:3], [4]), result("m0_throttles", [], [])]},
    ]
    stub.add_response("get_metric_data", pages[0], asked(queries))
    stub.add_response("get_metric_data", pages[1], asked(queries, NextToken="2"))
    stub.add_response("get_metric_data", pages[2], asked(queries, NextToken="3"))
    points, told = points_of(stub.client, queries, WHEN)
    assert points == {"m0_invocations": dict(zip(TIMES[:3], [1, 2, 4], strict=True)), "m0_throttles": {}}
    assert told == ["Be careful"]


def test_many_models_take_one_call_per_500_queries(stub):
    queries = queries_for([f"p.m{number}" for number in range(50)], WHEN)
    for first in (0, 500):
        stub.add_response("get_metric_data", {"MetricDataResults": []}, asked(queries[first : first + 500]))
    assert points_of(stub.client, queries, WHEN) == ({}, [])


def test_no_model_takes_no_call(stub):
    assert points_of(stub.client, [], WHEN) == ({}, [])


@pytest.mark.parametrize("status", ["Forbidden", "InternalError"])
def test_what_cloudwatch_could_not_answer_is_not_no_data(stub, status):
    stub.add_response("get_metric_data", {"MetricDataResults": [result("m0_invocations", [], [], status)]})
    with pytest.raises(AWSCallError, match=status):
        points_of(stub.client, queries_for(["p.m"], WHEN), WHEN)


def test_throttling_is_waited_out_and_denial_is_told(stub):
    stub.add_client_error("get_metric_data", "ThrottlingException", http_status_code=400)
    stub.add_client_error("get_metric_data", "Throttling", http_status_code=400)
    stub.add_response("get_metric_data", {"MetricDataResults": []})
    stub.add_client_error("get_metric_data", "AccessDenied", "cloudwatch:GetMetricData", http_status_code=403)
    queries = queries_for(["p.m"], WHEN)
    assert points_of(stub.client, queries, WHEN) == ({}, [])
    with pytest.raises(AWSCallError, match=r"get the metrics of Bedrock.*cloudwatch:GetMetricData"):
        points_of(stub.client, queries, WHEN)
