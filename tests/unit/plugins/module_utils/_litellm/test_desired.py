from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.desired import (
    check_distinct,
    fixed_id,
    from_options,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

PARAMS = {"model": "bedrock/m"}


def wanted(**options):
    return from_options({"model_name": "m", "litellm_params": PARAMS, **options})


def test_the_id_depends_on_name_and_deployment_and_never_changes():
    assert wanted().id == wanted(litellm_params={"model": "bedrock/other"}).id
    assert wanted().id == wanted(deployment="default").id == "e4d5f11f-51c1-58d6-a871-84988f6c2a9d"
    assert len({wanted().id, wanted(deployment="b").id, wanted(model_name="n").id}) == 3
    assert fixed_id("a", "b") == wanted(model_name="a", deployment="b").id


@pytest.mark.parametrize("options", [{"id": "x.1:a-b_c"}, {"model_info": {"id": "x.1:a-b_c"}}])
def test_an_own_id_is_taken(options):
    member = wanted(**options)
    assert member.own_id and member.id == "x.1:a-b_c" and "id" not in member.model_info


ARN = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc"


@pytest.mark.parametrize(
    "options, said",
    [
        ({"model_name": " "}, "model_name is empty"),
        ({"model_name": None}, "Give model_name"),
        ({"model_name": None, "id": "x"}, "model_name is needed"),
        ({"id": "a/b"}, "slash"),
        ({"id": ""}, "cannot be used"),
        ({"id": "a", "model_info": {"id": "b"}}, "Give one of them"),
        ({"litellm_params": None}, "litellm_params.model is missing"),
        ({"litellm_params": {"rpm": 1}}, "litellm_params.model is missing"),
        ({"litellm_params": {"model": f"bedrock/{ARN}"}}, "model_id: <ARN"),
        ({"litellm_params": {"model": "bedrock/provisioned/my-name"}}, "model_id: <ARN"),
        ({"model_info": {"blocked": True}}, "option blocked"),
        ({"model_info": {"ansible_managed_by": "x"}}, "option managed_by"),
        ({"model_info": {"input_cost_per_token": 1}}, "prices into litellm_params"),
    ],
)
def test_refused_before_any_call(options, said):
    with pytest.raises(Refused, match=said):
        wanted(**options)


@pytest.mark.parametrize("model", ["bedrock/converse/" + ARN, "bedrock/amazon.nova-pro-v1:0", "openai/provisioned/x"])
def test_working_models_are_not_refused(model):
    assert wanted(litellm_params={"model": model, "model_id": ARN}).litellm_params["model"] == model


def test_absent_needs_no_parameters():
    assert not from_options({"id": "x", "state": "absent"}).present
    assert not from_options({"model_name": "m", "state": "absent"}).present


def test_the_same_deployment_twice_is_refused():
    check_distinct([wanted(), wanted(deployment="b"), wanted(id="x")])
    with pytest.raises(Refused, match="option deployment"):
        check_distinct([wanted(), wanted()])


def test_parameters_stay_out_of_repr():
    assert "s3cret" not in repr(wanted(litellm_params={**PARAMS, "api_key": "s3cret"}))
