from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.settings import changes, check
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused


@pytest.mark.parametrize(
    "wanted, words",
    [
        ({"limit": -1}, r"not be negative.*clear: \[limit\]"),
        ({"limit": float("nan")}, "not be negative"),
        ({"limit": float("inf")}, "not be negative"),
        ({"limit": 1, "clear": ["limit"]}, "limit cannot be set and cleared"),
        ({"metadata": {"logging": []}}, "enciphers"),
        ({"every": "monthly"}, "as 30d, not 'monthly'"),
        ({"every": "30d "}, "as 30d"),
    ],
)
def test_what_litellm_would_refuse_or_swallow(wanted, words):
    with pytest.raises(Refused, match=words):
        check(wanted, numbers=["limit"], durations=["every"])


@pytest.mark.parametrize("every", ["1s", "2m", "3h", "30d", "1w", "1mo"])
def test_what_litellm_takes(every):
    check({"limit": 0, "every": every, "clear": ["other"]}, numbers=["limit", "other"], durations=["every"])


@pytest.mark.parametrize(
    "wanted, found, expected",
    [
        ({}, {"models": ["a"], "limit": 1}, {}),
        ({"models": ["b", "a"], "limit": 1.0}, {"models": ["a", "b"], "limit": 1}, {}),
        ({"models": []}, {"models": ["a"], "limit": 1}, {"models": []}),
        ({"limit": 0}, {"models": [], "limit": None}, {"limit": 0}),
        ({"clear": ["limit"]}, {"models": [], "limit": 3}, {"limit": None}),
        ({"clear": ["limit"]}, {"models": [], "limit": None}, {}),
    ],
)
def test_changes(wanted, found, expected):
    assert changes(wanted, found, ["models", "limit"]) == expected


@pytest.mark.parametrize(
    "wanted, found, expected",
    [
        ({"a": 1}, {"a": 1, "model_rpm_limit": {"m": 5}}, None),
        ({"a": 2}, {"a": 1, "b": 2, "model_rpm_limit": {"m": 5}}, {"a": 2, "model_rpm_limit": {"m": 5}}),
        ({"model_rpm_limit": {"m": 6}}, {"model_rpm_limit": {"m": 5}}, {"model_rpm_limit": {"m": 6}}),
        ({}, {"a": 1}, {}),
        ({}, {"tags": ["x"]}, None),
    ],
)
def test_notes_are_replaced_but_for_what_litellm_keeps_among_them(wanted, found, expected):
    new = changes({"metadata": wanted}, {"metadata": found}, ["metadata"])
    assert new == ({} if expected is None else {"metadata": expected})
