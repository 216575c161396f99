"""Any stored state, any list of deployments: what holds for every plan."""

from __future__ import annotations

import copy
import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.desired import fixed_id, from_options
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.reconcile import Reconciler
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import event, given, settings
from hypothesis import strategies as st

from .simulated import SimulatedLiteLLM

NAMES, DEPLOYMENTS, SCOPE = ("m", "n"), ("default", "b"), "team"
leaves = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["a", "3"])
secrets = st.sampled_from(["s3cret-one-long-value", "s3cret2", "os.environ/KEY"])
values = leaves | st.lists(leaves, max_size=2) | st.dictionaries(st.sampled_from(["a", "X-T"]), leaves)
headers = st.dictionaries(st.just("Authorization"), secrets, max_size=1) | st.just({"X-Team": "a"})
numbers = st.integers(0, 9) | st.sampled_from(["1", "2.0"])
params = st.fixed_dictionaries(
    {"model": st.sampled_from(["bedrock/m", "openai/n"])},
    optional={
        "rpm": numbers,
        "weight": numbers | st.just("0.5"),
        "max_tokens": numbers,
        "input_cost_per_token": st.none() | st.floats(0, 1),
        "use_in_pass_through": st.booleans(),
        "use_xai_oauth": st.booleans(),
        "api_key": secrets,
        "aws_session_token": secrets,
        "api_base": st.sampled_from(["https://a", "os.environ/BASE"]),
        "extra_headers": headers,
        "tags": st.lists(st.sampled_from("abc"), max_size=3),
        "custom": values,
    },
)
infos = st.fixed_dictionaries(
    {},
    optional={
        "mode": st.sampled_from(["chat", "embedding"]),
        "access_groups": st.lists(st.sampled_from("ab"), max_size=2),
        "note": values,
        "password": st.just("s3cret-password"),
    },
)
members = st.fixed_dictionaries(
    {"model_name": st.sampled_from(NAMES), "litellm_params": params},
    optional={
        "id": st.just("own"),
        "deployment": st.sampled_from(DEPLOYMENTS),
        "model_info": infos,
        "blocked": st.booleans(),
        "adopt": st.booleans(),
        "exact": st.booleans(),
        "recreate": st.sampled_from(["in_place", "create_first"]),
        "state": st.sampled_from(["present", "present", "absent"]),
        "update_secrets": st.sampled_from(["auto", "on_create"]),
    },
)
scopes = st.sampled_from([{}, {}, {"ansible_managed_by": SCOPE}, {"ansible_managed_by": "others"}])
parts = st.tuples(st.sampled_from(NAMES), params, infos, scopes, st.booleans())


def row(row_id, deployment, part):
    name, stored, info, scope, blocked = part
    marker = {"ansible_deployment": deployment} if deployment else {}
    return {
        "id": row_id,
        "model_name": name,
        "litellm_params": {key: value for key, value in stored.items() if value is not None},
        "model_info": {**info, **scope, **marker},
        "blocked": blocked,
        "db_model": row_id != "cfg",
    }


def ours(name, deployment, second, part):
    """A row that these modules made, and that others may have changed since, in all but its name."""
    return row(fixed_id(name, deployment, second=second), deployment, (name, *part[1:]))


def adopted(deployment, part):
    return {**row("hand-made", deployment, part), "adopted": True}


def can_be(rows):
    """Nothing is adopted where the deployment is there already."""
    taken = {
        (each["model_name"], each["model_info"].get("ansible_deployment")) for each in rows if "adopted" not in each
    }
    marks = [(each["model_name"], each["model_info"].get("ansible_deployment")) for each in rows if "adopted" in each]
    return not set(marks) & taken


rows = st.one_of(
    st.builds(ours, st.sampled_from(NAMES), st.sampled_from(DEPLOYMENTS), st.booleans(), parts),
    st.builds(row, st.just("own"), st.sampled_from([None, "own"]), parts),
    st.builds(row, st.sampled_from(["hand-made-1", "hand-made-2", "cfg"]), st.none(), parts),
    st.builds(adopted, st.sampled_from(DEPLOYMENTS), parts),
)
states = st.lists(rows, max_size=4, unique_by=lambda each: each["id"]).filter(can_be)
lists = st.lists(members, max_size=4)


class Run:
    """One run of the module's work, on a LiteLLM that stands as given."""

    def __init__(self, litellm, given_members, scope, purge):
        self.litellm, self.members, self.scope, self.purge = litellm, given_members, scope, purge
        self.before = copy.deepcopy(litellm.stored)
        self.plans, self.said = [], ""

    def plan(self):
        self.reconciler = Reconciler(self.litellm, wait_timeout=0, sleep=lambda pause: None)
        self.wanted = [from_options(member, self.scope) for member in self.members]
        self.steps = self.reconciler.steps(self.wanted, self.scope if self.purge else None)
        self.plans = [step.plan for step in self.steps]

    def go(self):
        self.plan()
        self.result = self.reconciler.run(self.steps, check_mode=False, diff=True)


def run_twice(state, given_members, scope, purge, old):
    """The first and the second run; only the first, where that was refused."""
    if old:
        state = [{**each, "blocked": False} for each in state]
        given_members = [{**member, "blocked": False} for member in given_members]
    litellm = SimulatedLiteLLM(state, old)
    first = Run(litellm, given_members, scope, purge)
    try:
        first.go()
    except Refused as refusal:
        first.said = str(refusal)
        return first, None
    second = Run(litellm, given_members, scope, purge)
    second.plan()
    return first, second


everything = given(states, lists, st.sampled_from([None, SCOPE]), st.booleans(), st.booleans())


@everything
@settings(max_examples=400, deadline=None)
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(state, given_members, scope, purge, old):
    first, second = run_twice(state, given_members, scope, purge and scope, old)
    event("refused" if second is None else f"{sum(bool(plan.calls) for plan in first.plans)} changes")
    if second is None:
        assert first.litellm.stored == first.before, "a refusal comes before the first write"
    else:
        assert [plan.calls for plan in second.plans] == [()] * len(second.plans)


@everything
@settings(max_examples=200, deadline=None)
def test_no_plan_and_no_refusal_shows_a_secret(state, given_members, scope, purge, old):
    first = run_twice(state, given_members, scope, purge and scope, old)[0]
    shown = json.dumps([[plan.before, plan.after] for plan in first.plans]) + repr(first.plans) + first.said
    assert "s3cret" not in shown


@everything
@settings(max_examples=400, deadline=None)
def test_no_plan_touches_a_row_outside_of_its_scope(state, given_members, scope, purge, old):
    first = run_twice(state, given_members, scope, purge and scope, old)[0]
    touched = {row_id for row_id, row in first.before.items() if first.litellm.stored.get(row_id) != row}
    for row_id in touched:
        row = first.before[row_id]
        assert row["db_model"]
        named = any(row_id in wanted.ids or row["model_name"] == wanted.model_name for wanted in first.wanted)
        purged = purge and scope and row["model_info"].get("ansible_managed_by") == scope
        assert named or purged
        if row_id not in first.litellm.stored:
            wanted = {(each.model_name, each.deployment) for each in first.wanted}
            deployment = (row["model_name"], row["model_info"].get("ansible_deployment"))
            asked_for = deployment in wanted or row_id == "own"
            adopted_first = any(each.adopt and each.model_name == row["model_name"] for each in first.wanted)
            assert purged or asked_for or adopted_first
    made = set(first.litellm.stored) - set(first.before)
    assert made <= {row_id for wanted in getattr(first, "wanted", []) for row_id in wanted.ids}


def test_the_simulation_shows_what_a_wrong_plan_would_leave():
    """The properties can fail: a deployment whose strange parameter nothing removes is planned for again."""
    litellm = SimulatedLiteLLM([])
    run = Run(litellm, [{"model_name": "m", "litellm_params": {"model": "bedrock/m"}, "exact": True}], None, False)
    run.go()
    run.plan()
    assert run.plans[0].calls == ()
    litellm.stored[fixed_id("m", "default")]["litellm_params"]["rpm"] = 3
    run.plan()
    assert [call.name for call in run.plans[0].calls] == ["recreate"]
    litellm.recreate = lambda id, body, back: None
    with pytest.raises(Exception, match=r"litellm_params\.rpm"):
        run.go()
