from __future__ import annotations

import pytest
import yaml
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.fingerprint import fingerprint, matches
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.masking import (
    is_secret,
    is_secret_info,
    is_unreadable,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.normalise import TYPES, parameters, same
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from ansible_collections.llmops.bedrock.plugins.modules import litellm_model


@pytest.mark.parametrize(
    "name, secret",
    [
        ("api_key", True),
        ("vertex_credentials", True),
        ("aws_session_token", True),
        ("X-Api-Key", True),
        ("Authorization", True),
        ("client_secret", True),
        ("oci_fingerprint", True),
        ("input_cost_per_token", False),
        ("max_tokens", False),
        ("use_xai_oauth", False),
        ("litellm_credential_name", False),
        ("default_api_key_rpm_limit", False),
        ("aws_region_name", False),
        ("api_base", False),
    ],
)
def test_which_names_litellm_hides(name, secret):
    assert is_secret(name) is secret


@pytest.mark.parametrize(
    "name, secret",
    [("access_groups", False), ("key", False), ("max_tokens", False), ("vendor_api_key", True), ("password", True)],
)
def test_model_info_hides_only_plain_secrets(name, secret):
    assert is_secret_info(name) is secret


@pytest.mark.parametrize(
    "name, value, unreadable",
    [
        ("api_key", "x", True),
        ("api_base", "os.environ/BASE", True),
        ("api_base", "https://x", False),
        ("extra_headers", {"X-Team": "ml"}, False),
        ("extra_headers", {"Authorization": "b"}, True),
        ("aws_session_tags", [{"Key": "a", "Value": "b"}], True),
        ("tags", ["a"], False),
    ],
)
def test_what_cannot_be_compared(name, value, unreadable):
    assert is_unreadable(name, value) is unreadable


def test_a_fingerprint_matches_its_value_and_name_only():
    known = fingerprint("api_key", "s3cret")
    assert "s3cret" not in known
    assert matches("api_key", "s3cret", known)
    assert not matches("api_key", "other", known)
    assert not matches("token", "s3cret", known)
    assert known == fingerprint("api_key", "s3cret"), "one run, one salt: 500 deployments with one key are one hash"
    assert known != fingerprint("api_key", "s3cret", "another run's")
    assert matches("api_key", "s3cret", fingerprint("api_key", "s3cret", "another run's"))


@pytest.mark.parametrize("known", [None, "", "x", "2:a:b", "1::b", 7, {}, "1:a:b:c"])
def test_what_is_no_fingerprint_matches_nothing(known):
    assert not matches("api_key", "s", known)


@pytest.mark.parametrize(
    "given, sent",
    [
        ({"rpm": "10"}, {"rpm": 10}),
        ({"rpm": 10.0}, {"rpm": 10}),
        ({"weight": "3"}, {"weight": 3}),
        ({"weight": "0.25"}, {"weight": 0.25}),
        ({"timeout": "30"}, {"timeout": 30}),
        ({"input_cost_per_token": "1e-06"}, {"input_cost_per_token": 1e-06}),
        ({"stream": "True"}, {"stream": True}),
        ({"rpm": "os.environ/RPM"}, {"rpm": "os.environ/RPM"}),
        ({"rpm": None}, {}),
        ({"input_cost_per_token": None}, {"input_cost_per_token": None}),
        ({"custom": "10"}, {"custom": "10"}),
    ],
)
def test_templated_strings_become_what_litellm_needs(given, sent):
    result = parameters(given)
    assert result == sent
    assert [type(value) for value in result.values()] == [type(value) for value in sent.values()]


@pytest.mark.parametrize(
    "given",
    [
        {"rpm": "ten"},
        {"rpm": 5.5},
        {"rpm": "5.5"},
        {"tpm": True},
        {"weight": [1]},
        {"weight": ""},
        {"stream": "perhaps"},
        {"input_cost_per_token": "cheap"},
        {"timeout": float("inf")},
        {"model_id": 5},
        {"tags": "a"},
        {"api_key": ["s3cret"]},
    ],
)
def test_a_wrong_type_is_refused_by_name(given):
    with pytest.raises(Refused, match=next(iter(given))) as caught:
        parameters(given)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "name, wanted, found, equal",
    [
        ("rpm", 30, 30.0, True),
        ("weight", 3, "3", False),
        ("stream", True, 1, False),
        ("use_xai_oauth", False, None, True),
        ("stream", False, None, False),
        ("stream", True, True, True),
        ("tags", ["a", "b"], ["b", "a"], True),
        ("stop", ["a", "b"], ["b", "a"], False),
        ("tags", [], None, False),
        ("input_cost_per_token", None, 0, True),
        ("input_cost_per_token", None, 1e-6, False),
        ("extra_headers", {"A": 1}, {"A": 1, "B": 2}, False),
        ("extra_body", {"a": None}, {"a": "None"}, True),
        ("extra_body", {"a": True}, {"a": 1}, False),
        ("stop", [1], [True], False),
    ],
)
def test_when_two_values_are_the_same(name, wanted, found, equal):
    assert same(name, wanted, found) is equal


def test_the_parameters_that_are_documented_have_the_type_that_is_documented():
    documented = yaml.safe_load(litellm_model.DOCUMENTATION)["options"]["litellm_params"]["suboptions"]
    assert {name: option["type"] for name, option in documented.items()}.items() <= TYPES.items()
