"""Pure parts of the emulated AWS."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from tests.lab.aws import bedrock_answers, eks_nodegroups, elbv2_targets, faults, oidc_proxy, restart
from tests.lab.aws.bedrock_catalog import find, judge, models
from tests.lab.aws.bedrock_runtime import frames
from tests.lab.aws.operations import Operation, Request, identify

TODAY = datetime.date(2026, 11, 22)
CLAUDE = "anthropic.claude-sonnet-5-5"


@pytest.mark.parametrize(
    "identifier",
    [
        f"us.{CLAUDE}",
        f"global.{CLAUDE}",
        "amazon.nova-micro-v1:0",
        f"arn:aws:bedrock:us-west-2:111122223333:inference-profile/us.{CLAUDE}",
        "arn:aws:bedrock:us-west-2::foundation-model/amazon.titan-embed-text-v2:0",
        "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/abc",
    ],
)
def test_ids_that_answer(identifier: str):
    assert judge(identifier, TODAY) is None


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        (CLAUDE, "on-demand throughput"),
        (f"eu.{CLAUDE}", "identifier is invalid"),
        ("us.made.up", "identifier is invalid"),
        ("provisioned/x", "identifier is invalid"),
        ("amazon.nova-canvas-v1:0", "end of its life"),
    ],
)
def test_ids_that_are_refused(identifier: str, words: str):
    refusal = judge(identifier, TODAY)
    assert refusal is not None
    assert words in refusal.message


def test_the_rehearsals_models_are_there_and_active():
    for identifier in (f"us.{CLAUDE}", "us.anthropic.claude-haiku-5-5", "amazon.titan-embed-text-v2:0"):
        model = find(identifier)
        assert model is not None
        assert not model.gone(TODAY)
    assert all(model.on_demand or model.profiles for model in models())


def test_an_answer_names_its_source_and_repeats_the_question():
    text = bedrock_answers.reply("us.x", "What is the capital of France?")
    assert "emulated Amazon Bedrock" in text
    assert "us.x" in text
    assert "What is the capital of France?" in text
    assert len(bedrock_answers.reply("m", "x" * 5000)) < 1000


@pytest.mark.parametrize("content", ["hello", [{"text": "hello"}], [{"type": "text", "text": "hello"}]])
def test_the_last_question_is_found(content: Any):
    messages = [{"role": "user", "content": "first"}, {"role": "assistant", "content": "no"}]
    assert bedrock_answers.last_user_text([*messages, {"role": "user", "content": content}]) == "hello"


WEATHER = {
    "tools": [
        {"toolSpec": {"name": "other", "inputSchema": {"json": {}}}},
        {
            "toolSpec": {
                "name": "weather",
                "inputSchema": {
                    "json": {
                        "type": "object",
                        "properties": {
                            "city": {"type": "string"},
                            "unit": {"type": "string", "enum": ["C", "F"]},
                            "days": {"type": "array", "items": {"type": "integer"}},
                        },
                    }
                },
            }
        },
    ]
}
ONE_TOOL = {"tools": WEATHER["tools"][1:]}
QUESTION = [{"role": "user", "content": [{"text": "How warm is it?"}]}]
RESULT = [
    *QUESTION,
    {"role": "user", "content": [{"toolResult": {"content": [{"text": "21"}, {"json": {"wind": 3}}]}}]},
]


def test_a_tool_is_called_with_arguments_that_fit():
    call = bedrock_answers.tool_call({**WEATHER, "toolChoice": {"tool": {"name": "weather"}}}, QUESTION)
    assert call
    function = call["tool_calls"][0]["function"]
    assert function["name"] == "weather"
    assert json.loads(function["arguments"]) == {"city": "made up by the lab", "unit": "C", "days": [1]}


@pytest.mark.parametrize(
    ("config", "messages", "called"),
    [
        (None, QUESTION, None),
        (ONE_TOOL, QUESTION, "weather"),
        (ONE_TOOL, RESULT, None),
        (WEATHER, QUESTION, None),
        ({**WEATHER, "toolChoice": {"any": {}}}, QUESTION, "other"),
        ({**WEATHER, "toolChoice": {"tool": {"name": "weather"}}}, RESULT, "weather"),
    ],
)
def test_which_tool_is_called(config: Any, messages: Any, called: str | None):
    call = bedrock_answers.tool_call(config, messages)
    assert (call["tool_calls"][0]["function"]["name"] if call else None) == called


def test_a_tools_answer_is_repeated():
    assert bedrock_answers.last_user_text(RESULT) == '21\n{"wind": 3}'


def test_embeddings_are_unit_vectors_and_repeatable():
    vector = bedrock_answers.embedding("text", 256)
    assert len(vector) == 256
    assert sum(value * value for value in vector) == pytest.approx(1.0)
    assert vector == bedrock_answers.embedding("text", 256)
    assert vector != bedrock_answers.embedding("other", 256)


def test_frames_are_cut_by_their_length():
    def frame(body: bytes) -> bytes:
        return (len(body) + 4).to_bytes(4, "big") + body

    assert list(frames(frame(b"one") + frame(b"three") + frame(b""))) == [frame(b"one"), frame(b"three"), frame(b"")]


def request(service: str, method: str = "POST", path: str = "/", body: bytes = b"", **headers: str) -> Request:
    authorization = f"AWS4-HMAC-SHA256 Credential=test/20261122/us-west-2/{service}/aws4_request, Signature=x"
    return Request(method, path, "", {"authorization": authorization, **headers}, body)


@pytest.mark.parametrize(
    ("asked", "service", "name", "writes"),
    [
        (request("ec2", body=b"Action=CreateVpc&Version=1"), "ec2", "CreateVpc", True),
        (request("eks", "GET", "/clusters/litellm"), "eks", "DescribeCluster", False),
        (request("eks", "POST", "/clusters/litellm/node-groups"), "eks", "CreateNodegroup", True),
        (request("bedrock", path="/model/us.x/converse-stream"), "bedrock-runtime", "ConverseStream", False),
        (request("bedrock", "GET", "/foundation-models"), "bedrock", "ListFoundationModels", False),
        (
            request("secretsmanager", **{"x-amz-target": "secretsmanager.PutSecretValue"}),
            "secretsmanager",
            "PutSecretValue",
            True,
        ),
        (
            request("elasticloadbalancing", body=b"Action=DescribeLoadBalancers"),
            "elbv2",
            "DescribeLoadBalancers",
            False,
        ),
        (request("route53", "POST", "/2013-04-01/hostedzone/Z1/rrset/"), "route53", "ChangeResourceRecordSets", True),
    ],
)
def test_operations_are_known_by_name(asked: Request, service: str, name: str, writes: bool):
    operation = identify(asked)
    assert operation is not None
    assert (operation.service, operation.name, operation.writes) == (service, name, writes)


def test_an_unsigned_request_is_no_operation():
    assert identify(Request("GET", "/", "", {}, b"")) is None


CREATE = Operation("eks", "CreateCluster", "rest-json")


def test_a_fault_is_counted_down():
    state = faults.Faults()
    state.change({"service": "eks", "operation": "CreateCluster", "error": "ThrottlingException", "count": 2})
    assert state.take(Operation("ec2", "CreateVpc", "ec2")) is None
    assert [state.take(CREATE) is not None for dummy in range(3)] == [True, True, False]


def test_a_fault_without_end_and_its_end():
    state = faults.Faults()
    state.change({"aws_errors": [{"error": "AccessDeniedException", "count": 0}], "bedrock_stream_pause_seconds": 1})
    assert all(state.take(CREATE) for dummy in range(5))
    assert state.as_json()["bedrock_stream_pause_seconds"] == 1.0
    state.clear()
    assert state.take(CREATE) is None


def test_a_bedrock_fault_meets_the_runtime_only():
    state = faults.Faults()
    state.change({"bedrock_error": {"code": "ThrottlingException", "count": 1}})
    assert state.take(Operation("bedrock", "ListFoundationModels", "rest-json")) is None
    assert state.take(Operation("bedrock-runtime", "Converse", "rest-json"))


@pytest.mark.parametrize("wanted", [{"nonsense": 1}, {"bedrock_error": {}}, {"aws_errors": [{"service": "eks"}]}])
def test_nonsense_changes_nothing(wanted: dict[str, Any]):
    state = faults.Faults()
    with pytest.raises((KeyError, ValueError)):
        state.change(wanted)
    assert state.as_json() == faults.Faults().as_json()


@pytest.mark.parametrize(
    ("protocol", "words"),
    [("rest-json", b'"__type": "Throttling"'), ("ec2", b"<Response><Errors>"), ("query", b"<ErrorResponse><Error>")],
)
def test_faults_speak_the_services_protocol(protocol: str, words: bytes):
    status, _headers, body = faults.render(faults.Fault("*", "*", "Throttling"), Operation("x", "Y", protocol))
    assert status == 400
    assert words in body


def test_targets_differ_by_port():
    old, new = {"Id": "10.0.0.1", "Port": "80"}, {"Id": "10.0.0.1", "Port": "90"}
    assert elbv2_targets.added([old], [new, old], 80) == [old, new]
    assert elbv2_targets.without([old, new], [old], 80) == [new]
    assert elbv2_targets.without([old, new], [{"Id": "10.0.0.1"}], 80) == []


def group(name: str, size: int, created: int = 1) -> dict[str, Any]:
    return {"nodegroupName": name, "createdAt": created, "scalingConfig": {"desiredSize": size}, "labels": {"own": "x"}}


def node(name: str, labels: dict[str, str] | None = None, owned: str = "") -> dict[str, Any]:
    annotations = {eks_nodegroups.OWNED: owned} if owned else {}
    return {"metadata": {"name": name, "labels": labels or {}, "annotations": annotations}}


def test_the_first_nodegroup_gets_the_real_node_and_placeholders_fill_up():
    todo = eks_nodegroups.plan([group("b", 1, 2), group("a", 2, 1)], [node("real")])
    assert todo.label["real"].change["eks.amazonaws.com/nodegroup"] == "a"
    assert set(todo.create) == {"lab-placeholder-a-1", "lab-placeholder-b-0"}
    assert todo.delete == ()


def test_a_nodegroup_that_shrinks_or_goes_takes_back_what_it_gave():
    labels = {**eks_nodegroups.labels_of(group("a", 1)), "kubelet": "own"}
    owned = ",".join(eks_nodegroups.labels_of(group("a", 1)))
    placeholder = node("lab-placeholder-a-1", {eks_nodegroups.PLACEHOLDER: "true"})
    todo = eks_nodegroups.plan([], [node("real", labels, owned), placeholder])
    assert todo.delete == ("lab-placeholder-a-1",)
    assert set(todo.label["real"].change) == set(owned.split(","))
    assert set(todo.label["real"].change.values()) == {None}
    assert todo.label["real"].owned == ()


def test_nothing_to_do_is_nothing_done():
    labels = eks_nodegroups.labels_of(group("a", 1))
    todo = eks_nodegroups.plan([group("a", 1)], [node("real", labels, ",".join(labels))])
    assert (todo.label, todo.create, todo.delete) == ({}, {}, ())


@pytest.mark.parametrize(
    ("head", "host"),
    [
        (b"CONNECT oidc.eks.us-west-2.amazonaws.com:443 HTTP/1.1", "oidc.eks.us-west-2.amazonaws.com"),
        (b"CONNECT example.com:80 HTTP/1.1", ""),
        (b"GET http://example.com/ HTTP/1.1", ""),
    ],
)
def test_the_proxy_knows_connect_only(head: bytes, host: str):
    assert oidc_proxy.destination(head) == host


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("CREATE_IN_PROGRESS", "CREATE_FAILED"),
        ("DELETE_IN_PROGRESS", "DELETE_FAILED"),
        ("CREATE_COMPLETE", "CREATE_COMPLETE"),
    ],
)
def test_a_stack_whose_worker_is_gone_is_settled(before: str, after: str):
    assert restart.settled(before) == after
