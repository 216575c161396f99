from __future__ import annotations

import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.fingerprint import fingerprint
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.comparison import differences
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.desired import from_options
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.plan import plan_absent, plan_present
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.selection import config_rows, purge, select
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.shown import view_all
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import HIDDEN, Refused

SECRET = "s3cret-value"


def wanted(scope=None, **options):
    params = {"model": "bedrock/m", **options.pop("params", {})}
    return from_options({"model_name": "m", "litellm_params": params, **options}, scope)


def row(**changes):
    params = {"model": "bedrock/m", "use_in_pass_through": False, **changes.pop("params", {})}
    info = {"ansible_deployment": "default", "max_tokens": 7, **changes.pop("info", {})}
    found = {"id": wanted().id, "model_name": "m", "blocked": False, "db_model": True}
    return {**found, "litellm_params": params, "model_info": info, **changes}


def known(**params):
    return {"ansible_fingerprint": {name: fingerprint(name, value) for name, value in params.items()}}


@pytest.mark.parametrize(
    "options, found, names",
    [
        ({}, {}, []),
        ({}, {"params": {"rpm": 5, "extra": 1}}, []),
        ({"params": {"rpm": 5}}, {"params": {"rpm": 5.0}}, []),
        ({"params": {"rpm": 5}}, {}, ["litellm_params.rpm"]),
        ({"params": {"weight": 3}}, {"params": {"weight": "3"}}, ["litellm_params.weight"]),
        ({"params": {"model": "bedrock/n"}}, {}, ["litellm_params.model"]),
        ({"params": {"use_in_pass_through": True}}, {}, ["litellm_params.use_in_pass_through"]),
        ({"params": {"input_cost_per_token": None}}, {"params": {"input_cost_per_token": 0.0}}, []),
        (
            {"params": {"input_cost_per_token": None}},
            {"params": {"input_cost_per_token": 1e-6}},
            ["litellm_params.input_cost_per_token"],
        ),
        ({"model_info": {"mode": "chat"}}, {"info": {"mode": "chat"}}, []),
        ({"model_info": {"mode": "chat"}}, {"info": {"mode": "embedding"}}, ["model_info.mode"]),
        ({"model_info": {"access_groups": ["a", "b"]}}, {"info": {"access_groups": ["b", "a"]}}, []),
        ({"blocked": True}, {}, ["blocked"]),
        ({"blocked": None}, {"blocked": True}, []),
        ({"id": "x", "model_name": "new"}, {"id": "x"}, ["model_name"]),
        ({"scope": "team"}, {}, ["model_info.ansible_managed_by"]),
        ({"scope": "team"}, {"info": {"ansible_managed_by": "team"}}, []),
        ({}, {"info": {"ansible_managed_by": "team"}}, []),
        ({}, {"info": {"ansible_deployment": "other"}}, ["model_info.ansible_deployment"]),
        ({"id": "x"}, {"id": "x", "info": {"ansible_deployment": "other"}}, []),
    ],
)
def test_only_what_the_user_set_is_compared(options, found, names):
    options, found = wanted(**options), row(**found)
    assert differences(options, found) == names
    assert bool(plan_present(options, found).calls) is bool(names)


@pytest.mark.parametrize(
    "value, mode, info, written",
    [
        (SECRET, "auto", {}, True),
        (SECRET, "auto", known(api_key=SECRET), False),
        (SECRET, "auto", known(api_key="old"), True),
        (SECRET, "auto", {"ansible_fingerprint": "broken"}, True),
        (SECRET, "always", known(api_key=SECRET), True),
        (SECRET, "on_create", {}, False),
        ("os.environ/KEY", "auto", known(api_key="os.environ/KEY"), False),
        ("os.environ/KEY", "auto", known(api_key=SECRET), True),
    ],
)
def test_secrets_are_compared_by_fingerprint(value, mode, info, written):
    plan = plan_present(wanted(params={"api_key": value}, update_secrets=mode), row(info=info))
    assert bool(plan.calls) is written
    if written:
        body = plan.calls[0].arguments["body"]
        assert body["litellm_params"]["api_key"] == value
        assert list(body["model_info"]["ansible_fingerprint"]) == ["api_key"]


def test_one_changed_secret_keeps_the_fingerprints_of_others():
    both = known(api_key="old", client_secret="same")
    plan = plan_present(wanted(params={"api_key": SECRET}), row(info=both))
    written = plan.calls[0].arguments["body"]["model_info"]["ansible_fingerprint"]
    assert written["client_secret"] == both["ansible_fingerprint"]["client_secret"]
    assert written["api_key"] != both["ansible_fingerprint"]["api_key"]


def test_secrets_are_not_written_with_another_change_when_they_are_for_creation_only():
    plan = plan_present(wanted(params={"api_key": SECRET, "rpm": 2}, update_secrets="on_create"), row())
    assert "api_key" not in plan.calls[0].arguments["body"]["litellm_params"]


def test_an_update_sends_everything_that_patch_would_reset():
    plan = plan_present(wanted(params={"rpm": 2, "use_xai_oauth": False}), row(params={"use_in_pass_through": True}))
    assert plan.calls[0].arguments["body"] == {
        "model_name": "m",
        "litellm_params": {
            "allow_client_keepalive_override": False,
            "merge_reasoning_content_in_choices": False,
            "model": "bedrock/m",
            "rpm": 2,
            "use_in_pass_through": True,
            "use_litellm_proxy": False,
            "use_xai_oauth": False,
        },
        "model_info": {"id": row()["id"], "ansible_deployment": "default"},
    }


def test_creation():
    plan = plan_present(wanted(params={"api_key": SECRET, "input_cost_per_token": None}, scope="team"), None)
    body = plan.calls[0].arguments["body"]
    assert plan.calls[0].name == "create" and plan.before is None
    assert body["litellm_params"] == {"model": "bedrock/m", "api_key": SECRET}
    assert body["blocked"] is False
    info = dict(body["model_info"])
    assert info.pop("ansible_fingerprint").keys() == {"api_key"}
    assert info == {"id": wanted().id, "ansible_deployment": "default", "ansible_managed_by": "team"}


def test_no_secret_is_shown():
    params = {"api_key": SECRET, "api_base": "os.environ/BASE", "extra_headers": {"Authorization": SECRET}}
    found = row(params={"api_base": "resolved-secret", "aws_session_token": "toke****oken"}, info={"password": SECRET})
    for plan in (plan_present(wanted(params=params), None), plan_present(wanted(params=params), found)):
        text = json.dumps([plan.before, plan.after])
        assert SECRET not in text and "resolved-secret" not in text and "toke*" not in text
        assert plan.after["litellm_params"]["api_key"] == HIDDEN
    assert SECRET not in json.dumps(view_all(found))


def test_absent_twice():
    plan = plan_absent(row())
    assert [(call.name, call.arguments) for call in plan.calls] == [("delete", {"id": row()["id"]})]
    assert plan.after is None
    assert plan_absent(None).calls == ()


@pytest.mark.parametrize("plan", [lambda found: plan_present(wanted(), found), plan_absent])
def test_a_row_of_the_configuration_file_is_refused(plan):
    with pytest.raises(Refused, match="configuration file"):
        plan(row(db_model=False))


FOREIGN = row(id="hand-made", model_info={})
ADOPTED = row(id="adopted")
OTHERS = row(id="other", info={"ansible_deployment": "other"})
CONFIG = row(id="cfg", db_model=False, model_info={})


@pytest.mark.parametrize(
    "options, rows, chosen",
    [
        ({}, [], None),
        ({}, [row()], row()["id"]),
        ({}, [OTHERS, CONFIG], None),
        ({}, [FOREIGN, ADOPTED], "adopted"),
        ({"adopt": True}, [FOREIGN, OTHERS], "hand-made"),
        ({"id": "new"}, [FOREIGN], None),
        ({"id": "hand-made"}, [FOREIGN], "hand-made"),
        ({"state": "absent"}, [FOREIGN], None),
        ({"state": "absent", "adopt": True}, [FOREIGN], "hand-made"),
        ({"state": "absent"}, [ADOPTED], "adopted"),
        ({"state": "absent"}, [row(), FOREIGN], row()["id"]),
        ({"state": "absent", "adopt": True}, [row(), OTHERS, CONFIG], row()["id"]),
    ],
)
def test_which_row_is_meant(options, rows, chosen):
    found = select(wanted(**options), rows).row
    assert (found and found["id"]) == chosen


@pytest.mark.parametrize(
    "options, rows, said",
    [
        ({}, [FOREIGN], "adopt: true"),
        ({}, [FOREIGN, {**FOREIGN, "id": "second"}], "hand-made, second"),
        ({"adopt": True}, [FOREIGN, {**FOREIGN, "id": "second"}], "hand-made, second"),
        ({}, [ADOPTED, {**ADOPTED, "id": "again"}], "adopted, again"),
        ({"id": "cfg"}, [CONFIG], "configuration file"),
        *(
            ({"state": "absent", "adopt": True}, [each, FOREIGN], "hand-made. Leave adopt away")
            for each in (row(), ADOPTED)
        ),
    ],
)
def test_an_open_question_is_refused_with_the_ids(options, rows, said):
    with pytest.raises(Refused, match=said):
        select(wanted(**options), rows)


def test_a_row_that_another_member_of_the_list_claims_is_not_in_the_way():
    assert select(wanted(), [FOREIGN], {"hand-made"}).row is None


def test_a_hand_made_row_is_adopted_once():
    taken = plan_present(wanted(adopt=True), FOREIGN)
    assert taken.calls[0].arguments["id"] == "hand-made"
    assert taken.calls[0].arguments["body"]["model_info"]["ansible_deployment"] == "default"
    assert plan_present(wanted(), taken.after).calls == ()


def test_rows_of_the_configuration_file_with_the_same_name_are_told():
    assert config_rows(wanted(), [CONFIG, FOREIGN]) == [CONFIG]


def test_purge_stays_in_its_scope():
    scoped = {"ansible_managed_by": "team"}
    rows = [
        row(id="kept", info=scoped),
        row(id="gone", info=scoped),
        row(id="foreign"),
        row(id="others", info={"ansible_managed_by": "team2"}),
        row(id="config", info=scoped, db_model=False),
    ]
    assert [found["id"] for found in purge(rows, "team", {"kept"})] == ["gone"]
