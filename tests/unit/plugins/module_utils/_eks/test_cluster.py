from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.cluster import (
    Desired,
    busy,
    full_config,
    plan_absent,
    plan_present,
    state_of,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.nodegroups import drift
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

ENTRY = "arn:aws:iam::111122223333:role/platform"


def desired(*, groups=None, addons=("vpc-cni", "coredns", "metrics-server"), version="1.35", oidc=True, **options):
    config = {
        "metadata": {"name": "c", "version": version} if version else {"name": "c"},
        "iam": {"withOIDC": oidc},
        "addons": [{"name": name} for name in addons],
        "managedNodeGroups": [{"name": "general", "minSize": 2, "maxSize": 4}] if groups is None else groups,
    }
    return Desired(full_config(config, "us-west-2"), **options)


def group(**changes):
    sizes = {"min_size": 2, "desired_size": 2, "max_size": 4, "instance_types": ["m7i.large"]}
    return {"status": "ACTIVE", **sizes, **changes}


def cluster(**changes):
    return {
        "name": "c",
        "region": "us-west-2",
        "stack_status": "CREATE_COMPLETE",
        "status": "ACTIVE",
        "version": "1.35",
        "oidc_provider": True,
        "nodegroups": {"general": group()},
        "addons": {name: {"status": "ACTIVE", "version": "v1"} for name in ("vpc-cni", "coredns", "metrics-server")},
        "failures": [],
        **changes,
    }


def calls(want, found):
    return [call.name for call in plan_present(want, found).calls]


def argv(call):
    return " ".join(call.arguments["argv"])


@pytest.mark.parametrize(
    "stack, status, state",
    [
        ("CREATE_COMPLETE", "ACTIVE", "ready"),
        ("UPDATE_COMPLETE", "UPDATING", "ready"),
        ("UPDATE_ROLLBACK_COMPLETE", "ACTIVE", "ready"),
        ("CREATE_IN_PROGRESS", None, "creating"),
        ("CREATE_IN_PROGRESS", "CREATING", "creating"),
        ("ROLLBACK_IN_PROGRESS", "FAILED", "creating"),
        ("ROLLBACK_COMPLETE", None, "failed"),
        ("CREATE_FAILED", None, "failed"),
        ("DELETE_FAILED", "ACTIVE", "failed"),
        ("CREATE_COMPLETE", None, "failed"),
        ("CREATE_COMPLETE", "FAILED", "failed"),
        ("DELETE_IN_PROGRESS", "DELETING", "deleting"),
        (None, "DELETING", "deleting"),
        (None, "ACTIVE", "unowned"),
    ],
)
def test_stack_and_cluster_tell_the_state(stack, status, state):
    assert state_of(cluster(stack_status=stack, status=status)) == state
    assert state_of(None) == "absent"


def test_a_new_cluster_is_one_command_and_writes_no_kubeconfig():
    plan = plan_present(desired(), None)
    (call,) = plan.calls
    assert argv(call) == "create cluster -f - --write-kubeconfig=false"
    assert call.arguments["config"]["metadata"] == {"name": "c", "region": "us-west-2", "version": "1.35"}
    assert plan.before is None
    assert plan.after["nodegroups"] == {"general": {"status": "ACTIVE", "min_size": 2, "max_size": 4}}


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, []),
        ({"oidc_provider": False}, ["associate OIDC provider"]),
        ({"addons": {}}, ["create addons vpc-cni, coredns", "create addons metrics-server"]),
        (
            {"addons": {"vpc-cni": {"status": "CREATE_FAILED"}, "coredns": {"status": "DEGRADED"}}},
            ["create addons vpc-cni", "create addons metrics-server"],
        ),
        ({"nodegroups": {}}, ["create nodegroups general"]),
        ({"nodegroups": {"general": group(), "other": group(status="CREATE_FAILED")}}, []),
        ({"nodegroups": {"general": group(max_size=3)}}, ["scale nodegroup general"]),
        ({"nodegroups": {"general": group(desired_size=4)}}, []),
        ({"stack_status": "CREATE_IN_PROGRESS", "status": "CREATING"}, []),
        (
            {"oidc_provider": False, "nodegroups": {}, "addons": {}},
            [
                "associate OIDC provider",
                "create addons vpc-cni, coredns",
                "create nodegroups general",
                "create addons metrics-server",
            ],
        ),
        ({"stack_status": "DELETE_IN_PROGRESS"}, ["create cluster"]),
    ],
)
def test_only_what_is_missing_is_made(changes, expected):
    assert calls(desired(), cluster(**changes)) == expected


def test_coredns_is_not_waited_for_before_there_are_nodes():
    found = cluster(nodegroups={}, addons={})
    early, nodes, late = plan_present(desired(), found).calls
    assert "managedNodeGroups" not in early.arguments["config"]
    assert [addon["name"] for addon in early.arguments["config"]["addons"]] == ["vpc-cni", "coredns"]
    assert argv(nodes) == "create nodegroup -f - --include=general"
    assert late.arguments["config"]["managedNodeGroups"]


@pytest.mark.parametrize(
    "declared, found, flags",
    [
        ({"minSize": 3}, {}, "--nodes=3 --nodes-min=3 --nodes-max=4"),
        ({"maxSize": 1, "minSize": 1}, {}, "--nodes=1 --nodes-min=1 --nodes-max=1"),
        ({"desiredCapacity": 3}, {}, "--nodes=3 --nodes-min=2 --nodes-max=4"),
        ({"maxSize": 9}, {"desired_size": 4}, "--nodes=4 --nodes-min=2 --nodes-max=9"),
    ],
)
def test_scaling_keeps_the_number_of_nodes_within_bounds_and_else_alone(declared, found, flags):
    want = desired(groups=[{"name": "general", **declared}])
    (call,) = plan_present(want, cluster(nodegroups={"general": group(**found)})).calls
    assert argv(call) == f"scale nodegroup --cluster c --region us-west-2 --name general {flags} --wait"


def test_access_entries():
    want = desired()
    want.config["accessConfig"] = {"accessEntries": [{"principalARN": ENTRY}]}
    assert calls(want, cluster(access_entries=[])) == ["create access entries"]
    assert calls(want, cluster(access_entries=[ENTRY, "other"])) == []


@pytest.mark.parametrize("stack", ["ROLLBACK_COMPLETE", "CREATE_FAILED", "DELETE_FAILED"])
def test_a_failed_cluster_stops_with_the_reason_unless_it_may_be_made_anew(stack):
    found = cluster(stack_status=stack, status="FAILED", nodegroups={}, addons={}, failures=["Nat: quota"])
    with pytest.raises(Refused, match=rf"{stack}.*Nat: quota.*recreate_failed"):
        plan_present(desired(), found)
    delete, create = plan_present(desired(recreate_failed=True), found).calls
    assert argv(delete) == "delete cluster --name c --region us-west-2 --wait --disable-nodegroup-eviction --force"
    assert create.name == "create cluster"


def test_without_a_control_plane_the_stacks_are_deleted_as_eksctl_cannot():
    found = cluster(stack_status="ROLLBACK_COMPLETE", status=None, nodegroups={}, addons={})
    assert calls(desired(recreate_failed=True), found) == ["delete stacks", "create cluster"]
    assert [call.name for call in plan_absent(desired(), found).calls] == ["delete stacks"]


@pytest.mark.parametrize("status", ["ACTIVE", "FAILED", "CREATING"])
def test_a_cluster_of_others_is_left_alone(status):
    found = cluster(stack_status=None, status=status, addons={})
    for options in ({}, {"recreate_failed": True}):
        with pytest.raises(Refused, match="not made by eksctl"):
            plan_present(desired(**options), found)
    with pytest.raises(Refused, match="not made by eksctl"):
        plan_absent(desired(), found)


def test_a_cluster_of_others_is_completed_when_adopted():
    found = cluster(stack_status=None, addons={})
    assert len(calls(desired(adopt=True), found)) == 2
    assert plan_absent(desired(adopt=True), found).calls


@pytest.mark.parametrize(
    "have, remedy",
    [("1.36", "ask for 1.36"), ("1.33", r"ask for 1\.34 first"), ("1.34", "set upgrade")],
)
def test_versions_that_are_refused(have, remedy):
    with pytest.raises(Refused, match=remedy):
        plan_present(desired(), cluster(version=have))


def test_an_upgrade_comes_first_and_only_on_request():
    plan = plan_present(desired(upgrade=True), cluster(version="1.34", addons={}))
    assert argv(plan.calls[0]) == "upgrade cluster -f - --approve"
    assert plan.after["version"] == "1.35"
    assert calls(desired(version=None), cluster(version="1.30")) == []


@pytest.mark.parametrize(
    "broken",
    [
        group(status="CREATE_FAILED"),
        {"status": None, "stack_status": "ROLLBACK_COMPLETE", "failures": ["NodeGroup: no capacity"]},
        {"status": None, "stack_status": "CREATE_COMPLETE"},
    ],
)
def test_a_broken_nodegroup_stops_unless_it_may_be_made_anew(broken):
    found = cluster(nodegroups={"general": broken})
    with pytest.raises(Refused, match="recreate_failed"):
        plan_present(desired(), found)
    assert calls(desired(recreate_failed=True), found) == ["delete nodegroup general", "create nodegroups general"]


@pytest.mark.parametrize(
    "changes, waiting",
    [
        ({}, None),
        ({"stack_status": "CREATE_IN_PROGRESS", "status": "CREATING"}, ("stack_settled", "eksctl-c-cluster")),
        ({"status": "UPDATING"}, ("cluster_settled", "c")),
        ({"stack_status": None, "status": "DELETING"}, ("cluster_settled", "c")),
        ({"nodegroups": {"general": group(status="CREATING")}}, ("nodegroup_settled", "general")),
        ({"nodegroups": {"other": group(status="CREATING")}}, None),
        (
            {"nodegroups": {"general": {"status": None, "stack_status": "CREATE_IN_PROGRESS"}}},
            ("stack_settled", "eksctl-c-nodegroup-general"),
        ),
    ],
)
def test_what_aws_still_works_on_is_waited_for(changes, waiting):
    assert busy(desired(), cluster(**changes)) == waiting
    assert busy(desired(), None) is None


def test_absent():
    assert not plan_absent(desired(), None).calls
    (forced,) = plan_absent(desired(force=True), cluster()).calls
    assert forced.arguments["argv"][-1] == "--force"
    assert not plan_absent(desired(), cluster(stack_status="DELETE_IN_PROGRESS")).calls
    (call,) = plan_absent(desired(), cluster()).calls
    assert argv(call) == "delete cluster --name c --region us-west-2 --wait --disable-nodegroup-eviction"
    (call,) = plan_absent(desired(), cluster(stack_status="DELETE_FAILED")).calls
    assert argv(call).endswith("--force")


def test_what_cannot_be_changed_is_told():
    config = {"managedNodeGroups": [{"name": "general", "instanceType": "m6i.large"}, {"name": "new"}]}
    (message,) = drift(config, {"general": group()})
    assert "m7i.large, and m6i.large" in message
    assert not drift({"managedNodeGroups": [{"name": "general", "instanceTypes": ["m7i.large"]}]}, {"general": group()})


statuses = st.sampled_from(["ACTIVE", "DEGRADED", "CREATE_FAILED"])
size = st.integers(1, 5)
names = st.sampled_from(["vpc-cni", "coredns", "metrics-server", "x"])
groups = st.dictionaries(
    st.sampled_from(["general", "other"]),
    st.builds(lambda s, a, b, c: group(status=s, min_size=a, desired_size=b, max_size=c), statuses, size, size, size)
    | st.builds(
        lambda s: {"status": None, "stack_status": s}, st.sampled_from(["ROLLBACK_COMPLETE", "CREATE_COMPLETE"])
    ),
)
wanted = st.builds(
    desired,
    groups=st.lists(
        st.fixed_dictionaries(
            {"name": st.sampled_from(["general", "new"])},
            optional={"minSize": st.integers(1, 2), "desiredCapacity": st.integers(2, 3), "maxSize": st.integers(3, 5)},
        ),
        unique_by=lambda one: one["name"],
    ),
    addons=st.lists(names, unique=True),
    oidc=st.booleans(),
    adopt=st.booleans(),
    recreate_failed=st.just(True),
    upgrade=st.just(True),
    version=st.sampled_from([None, "1.34", "1.35"]),
)
founds = st.none() | st.builds(
    cluster,
    stack_status=st.sampled_from(["CREATE_COMPLETE", "UPDATE_COMPLETE", "ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS"]),
    status=st.sampled_from(["ACTIVE", "FAILED", None]),
    version=st.just("1.34"),
    oidc_provider=st.booleans(),
    nodegroups=groups,
    addons=st.dictionaries(names, st.builds(lambda s: {"status": s}, statuses)),
)


@given(wanted, founds)
def test_a_second_plan_is_empty_and_no_call_leaves_the_cluster(want, found):
    plan = plan_present(want, found)
    assert plan_present(want, plan.after).calls == ()
    for call in plan.calls:
        if call.name == "delete stacks":
            continue  # of the reader's own cluster
        config, words = call.arguments.get("config"), call.arguments["argv"]
        named = words[words.index("--cluster" if "--cluster" in words else "--name") + 1] if not config else None
        assert (config["metadata"]["name"] if config else named) == "c"
