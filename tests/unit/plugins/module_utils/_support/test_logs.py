from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ansible_collections.llmops.bedrock.plugins.module_utils._support import logs
from ansible_collections.llmops.bedrock.plugins.module_utils._support.client import Answer
from ansible_collections.llmops.bedrock.plugins.module_utils._support.facts import LogKey

from .build import node, pod

ALL = "--selector=!support-bundle.llmops.bedrock/none"


def on(name, where, **rest):
    return pod(name, nodeName=where, ready=True, **rest)


def test_one_question_a_namespace_and_one_for_each_life_before():
    asked = logs.questions([node(), on("a", "node-1"), on("b", "node-1", restarts=2)])
    assert asked == [
        logs.Question("litellm", (ALL,), False),
        logs.Question("litellm", ("b", "--container=litellm"), True),
    ]


def test_pods_of_a_node_that_is_away_do_not_hold_up_the_others():
    asked = logs.questions([node(), node("node-2", "Unknown"), on("a", "node-1"), on("b", "node-2", restarts=1)])
    assert asked == [logs.Question("litellm", ("a",), False)]


def test_each_line_is_its_containers():
    said = "[pod/a/x] 1\n[pod/a/y] 2\nerror: waiting\n[pod/a/x] [pod/b/x] \x85 not a line of another\n"
    found = logs.split(logs.Question("n", ("a",), False), said)
    assert found == {
        LogKey("n", "a", "x", False): "1\n[pod/b/x] \x85 not a line of another\n",
        LogKey("n", "a", "y", False): "2\n",
    }


def test_what_may_not_be_read_or_takes_too_long_is_told_and_what_is_gone_is_not():
    class Client:
        def run(self, verb, *arguments):
            if "--previous" in arguments:
                return Answer("", "previous terminated container not found")
            return Answer('[pod/b/litellm] is forbidden\nerror: pods "a" is forbidden\n', "logs: no answer within 1 s")

    with ThreadPoolExecutor(1) as pool:
        found, complaint = logs.read(Client(), pool, [node(), on("b", "node-1", restarts=1)], None, 1)
    assert list(found.values()) == ["is forbidden\n"]
    assert complaint.splitlines() == ['error: pods "a" is forbidden', "logs: no answer within 1 s"]
