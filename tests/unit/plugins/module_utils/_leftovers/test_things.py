from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers import things as subject
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers.finders import FINDERS
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers.survey import judge
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers.things import Scope, Thing
from hypothesis import given
from hypothesis import strategies as st

SCOPE = Scope("a", "us-west-2")
ALB = "k8s-a-1.us-west-2.elb.amazonaws.com"


def thing(kind="volume", name="n", tags=None, **details):
    return Thing(kind, "id-1", name, tags or {}, details)


@pytest.mark.parametrize("key", subject.CLUSTER_TAGS)
def test_a_tag_counts_by_its_whole_value(key):
    assert subject.by_tag(thing(tags={key: "a"}), SCOPE) == f"tag {key}=a"
    for other in ("a-addon-x", "A", "", "b"):
        assert subject.by_tag(thing(tags={key: other}), SCOPE) is None


@pytest.mark.parametrize(
    "tags, found",
    [
        ({"kubernetes.io/cluster/a": "owned"}, True),
        ({"kubernetes.io/cluster/a": "shared"}, False),
        ({"kubernetes.io/cluster/a-addon-x": "owned"}, False),
        ({"ebs.csi.aws.com/cluster": "true"}, False),
        ({}, False),
    ],
)
def test_ownership_of_kubernetes(tags, found):
    assert bool(subject.by_tag(thing(tags=tags), SCOPE)) is found


@pytest.mark.parametrize(
    "name, found",
    [
        ("eksctl-a-cluster/NATIP", True),
        ("eksctl-a-cluster-cluster/NATIP", False),  # of a cluster named a-cluster
        ("eksctl-a-addon-x-cluster/NATIP", False),
    ],
)
def test_the_name_that_eksctls_stack_gives(name, found):
    assert bool(subject.by_eksctl_name(thing(tags={"Name": name}), SCOPE)) is found


@pytest.mark.parametrize(
    "name, found",
    [
        ("litellm/a/keys", True),
        ("litellm/a/", True),
        ("litellm/a", False),
        ("litellm/a-addon-x/keys", False),
        ("x/litellm/a/keys", False),
    ],
)
def test_a_prefix_ends_at_its_slash(name, found):
    assert bool(subject.by_prefix("litellm/{cluster}/")(thing(name=name), SCOPE)) is found


def test_a_path_goes_before_a_name():
    assert subject.by_prefix("/litellm/{cluster}/")(thing(name="role", path="/litellm/a/"), SCOPE)


@pytest.mark.parametrize(
    "name, tags, found",
    [
        ("eksctl-a-cluster", {"alpha.eksctl.io/cluster-name": "a"}, True),
        ("eksctl-a-nodegroup-general", {"eksctl.cluster.k8s.io/v1alpha1/cluster-name": "a"}, True),
        ("eksctl-a-podidentityrole-x-y", {"alpha.eksctl.io/cluster-name": "a"}, True),
        ("eksctl-a-addon-x-cluster", {"alpha.eksctl.io/cluster-name": "a-addon-x"}, False),  # a cluster of that name
        ("eksctl-a-cluster", {}, False),
        ("eksctl-a-other", {"alpha.eksctl.io/cluster-name": "a"}, False),
        ("anything", {"llmops.bedrock/cluster": "a"}, True),
    ],
)
def test_a_stack_needs_name_and_tag(name, tags, found):
    assert bool(subject.by_stack(thing(name=name, tags=tags), SCOPE)) is found


@pytest.mark.parametrize(
    "name, nodegroup, found",
    [
        ("eksctl-a-nodegroup-general", "general", True),
        ("eksctl-a-nodegroup-x-nodegroup-general", "general", False),  # of a cluster named a-nodegroup-x
        ("eksctl-a-nodegroup-x-nodegroup-general", "x-nodegroup-general", True),
        ("eksctl-a-nodegroup-general", None, False),
    ],
)
def test_eksctls_templates(name, nodegroup, found):
    assert bool(subject.by_eksctl_template(thing(name=name, nodegroup=nodegroup), SCOPE)) is found


@pytest.mark.parametrize(
    "issuer, found",
    [
        ("https://oidc.eks.us-west-2.amazonaws.com/id/ABC", True),
        ("oidc.eks.us-west-2.amazonaws.com/id/ABC", True),
        ("ABC", True),
        ("BC", False),
        ("https://oidc.eks.us-west-2.amazonaws.com/id/XABC", False),
    ],
)
def test_an_issuer_is_a_url_or_its_id(issuer, found):
    provider = thing(name="oidc.eks.us-west-2.amazonaws.com/id/ABC")
    assert bool(subject.by_issuer(provider, Scope("a", issuers=(issuer,)))) is found


@pytest.mark.parametrize("target", [ALB, f"dualstack.{ALB}.", f"DualStack.{ALB.upper()}"])
def test_a_record_is_told_by_where_it_leads(target):
    record = thing("dns_record", "litellm.example.com", targets=[target], type="A")
    assert subject.by_alias(record, Scope("a", load_balancer_hosts=frozenset({ALB})))
    assert not subject.by_alias(record, SCOPE)
    assert subject.by_host(record, Scope("a", hosts=frozenset({"litellm.example.com"})))
    taken_over = Scope("a", hosts=frozenset({"litellm.example.com"}), foreign_load_balancer_hosts=frozenset({ALB}))
    assert not subject.by_host(record, taken_over)


def test_a_host_that_leads_elsewhere_is_the_users():
    record = thing("dns_record", "litellm.example.com", targets=["192.0.2.1"], type="A")
    assert not subject.by_host(record, Scope("a", hosts=frozenset({"litellm.example.com"})))


@pytest.mark.parametrize("name", ["litellm.example.com", "_llmops-bedrock.litellm.example.com"])
def test_an_owners_mark_covers_the_hosts_address(name):
    mark = thing("dns_record", name, type="TXT", targets=['"llmops.bedrock/cluster=a"'])
    address = thing("dns_record", "litellm.example.com", type="A", targets=["anything"])
    assert subject.by_marker(mark, SCOPE)
    assert subject.by_marked_host(address, SCOPE.learn(mark))
    assert not subject.by_marker(mark, Scope("a-addon-x"))
    assert not subject.by_marked_host(address, Scope("a-addon-x").learn(mark))


def test_a_scope_learns_from_what_is_found():
    scope = SCOPE.learn(Thing("vpc", "vpc-1", "n")).learn(thing("eks_cluster", issuer="https://i/id/1"))
    scope = scope.learn(thing("load_balancer", dns_name=ALB.upper()))
    assert (scope.vpc_ids, scope.issuers, scope.load_balancer_hosts) == ({"vpc-1"}, ("https://i/id/1",), {ALB})
    assert subject.by_vpc(thing(vpc_id="vpc-1"), scope) and not subject.by_vpc(thing(vpc_id=None), scope)


def test_a_scope_learns_what_serves_a_model_whoever_made_it():
    scope = SCOPE.learn(thing("custom_model_deployment", models=("arn:m",)))
    foreign = Thing("provisioned_throughput", "id-2", "n", {}, {"models": ("arn:m", "arn:n")})
    assert scope.learn_foreign(foreign).serving == {("arn:m", "id-1"), ("arn:m", "id-2"), ("arn:n", "id-2")}


def test_every_kind_can_say_how_it_is_removed():
    details = {
        "cluster": "a",
        "zone_id": "Z",
        "type": "A",
        "remove": "x",
        "after": "",
        "model": "m",
        "pending_deletion": True,
        "path": "/litellm/a/",
    }
    for finder in FINDERS:
        found = judge(
            finder, Thing(finder.kind, "id-1", "litellm/a/x", {"llmops.bedrock/cluster": "a"}, details), SCOPE
        )
        assert found is None or found.how_to_remove


names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,12}", fullmatch=True)


@given(names, names)
def test_no_rule_takes_another_clusters_things(mine, other):
    """Whatever the two names are: what is named and tagged for the one is never the other's."""
    if mine == other:
        return
    tags = dict.fromkeys(subject.CLUSTER_TAGS, other) | {
        f"kubernetes.io/cluster/{other}": "owned",
        "Name": f"eksctl-{other}-cluster/NATIP",
    }
    for finder in FINDERS:
        for name, nodegroup in (
            (f"eksctl-{other}-cluster", None),
            (f"eksctl-{other}-nodegroup-general", "general"),
            (f"litellm/{other}/keys", None),
            (f"/aws/eks/{other}/cluster", None),
        ):
            details = {"cluster": other, "path": name, "nodegroup": nodegroup, "description": f"Amazon EKS {other}"}
            foreign = Thing(finder.kind, "id", name, tags, details)
            assert not any(rule(foreign, Scope(mine)) for rule in finder.rules)
