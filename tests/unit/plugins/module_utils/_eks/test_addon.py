from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.addon import busy, plan_absent, plan_present
from hypothesis import given
from hypothesis import strategies as st

WANTED = {"cluster_name": "c", "name": "coredns"}
FOUND = {
    **WANTED,
    "arn": "arn:addon",
    "status": "ACTIVE",
    "version": "v1",
    "configuration_values": {"replicaCount": 2, "nested": {"a": 1}},
    "service_account_role_arn": None,
    "pod_identity_associations": [{"service_account": "s", "role_arn": "r"}],
    "issues": [],
    "tags": {"team": "ml", "aws:x": "y"},
}


@pytest.mark.parametrize(
    "desired, calls",
    [
        ({}, []),
        ({"version": "v1"}, []),
        ({"version": "v2"}, ["update addon"]),
        ({"configuration_values": {"nested": {"a": 1}, "replicaCount": 2}}, []),
        ({"configuration_values": {}}, ["update addon"]),
        ({"pod_identity_associations": [{"role_arn": "r", "service_account": "s"}]}, []),
        ({"pod_identity_associations": []}, ["update addon"]),
        ({"resolve_conflicts": "OVERWRITE"}, []),
        ({"tags": {"team": "web"}}, ["set tags"]),
        ({"tags": {"new": "1"}}, ["remove tags", "set tags"]),
        ({"tags": {"new": "1"}, "purge_tags": False}, ["set tags"]),
    ],
)
def test_only_what_the_user_set_is_compared(desired, calls):
    assert [call.name for call in plan_present({**WANTED, **desired}, FOUND).calls] == calls


def test_an_update_names_only_what_changes_and_how():
    desired = {**WANTED, "version": "v2", "resolve_conflicts": "PRESERVE", "configuration_values": {"replicaCount": 3}}
    (call,) = plan_present(desired, {**FOUND, "configuration_values": {"replicaCount": 3}}).calls
    assert call.arguments == {**WANTED, "version": "v2", "resolve_conflicts": "PRESERVE"}


def test_a_new_addon_cannot_preserve_anything():
    (call,) = plan_present({**WANTED, "resolve_conflicts": "PRESERVE"}, None).calls
    assert call.arguments["resolve_conflicts"] == "OVERWRITE"


@pytest.mark.parametrize(
    "status, calls",
    [("CREATE_FAILED", ["delete addon", "create addon"]), ("DELETING", ["create addon"]), ("DEGRADED", [])],
)
def test_the_status_decides(status, calls):
    assert [call.name for call in plan_present(WANTED, {**FOUND, "status": status}).calls] == calls


def test_absent():
    assert plan_absent(FOUND, preserve=True).calls[0].arguments == {**WANTED, "preserve": True}
    assert not plan_absent(None, preserve=False).calls
    assert not plan_absent({**FOUND, "status": "DELETING"}, preserve=False).calls


def test_an_addon_that_eks_is_changing_is_busy():
    waiters = {status: busy({**FOUND, "status": status}) for status in ("CREATING", "UPDATING", "DELETING", "ACTIVE")}
    assert waiters == {"CREATING": "addon_ready", "UPDATING": "addon_ready", "DELETING": "addon_gone", "ACTIVE": None}
    assert busy(None) is None


tags = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy"))
values = st.dictionaries(st.sampled_from("pq"), st.integers(0, 2))
associations = st.lists(
    st.builds(lambda s, r: {"service_account": s, "role_arn": r}, st.sampled_from("st"), st.sampled_from("rq")),
    max_size=2,
    unique_by=lambda one: one["service_account"],
)
desireds = st.fixed_dictionaries(
    {key: st.just(value) for key, value in WANTED.items()},
    optional={
        "version": st.sampled_from(["v1", "v2"]),
        "configuration_values": values,
        "pod_identity_associations": associations,
        "tags": tags,
        "purge_tags": st.booleans(),
        "resolve_conflicts": st.sampled_from(["NONE", "OVERWRITE", "PRESERVE"]),
    },
)
founds = st.none() | st.builds(
    lambda t, v, a, s: {**FOUND, "tags": t, "configuration_values": v, "pod_identity_associations": a, "status": s},
    tags,
    values,
    associations.map(lambda some: sorted(some, key=lambda one: one["service_account"])),
    st.sampled_from(["ACTIVE", "CREATE_FAILED", "DEGRADED", "UPDATE_FAILED", "DELETING"]),
)


@given(desireds, founds)
def test_a_second_plan_is_empty_and_no_call_leaves_its_addon(desired, found):
    plan = plan_present(desired, found)
    after = {"arn": "arn:addon", **plan.after}
    assert plan_present(desired, after).calls == ()
    for call in plan.calls:
        of_addon = {key: call.arguments.get(key) for key in WANTED} == WANTED
        assert of_addon or call.arguments["arn"] == "arn:addon"
