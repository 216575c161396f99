from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.cluster import Desired, full_config
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.converge import Convergence
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.eksctl import EksctlError

CONFIG = full_config({"metadata": {"name": "c"}, "addons": [{"name": "coredns"}]}, "us-west-2")
READY = {
    "name": "c",
    "region": "us-west-2",
    "stack_status": "CREATE_COMPLETE",
    "status": "ACTIVE",
    "oidc_provider": False,
    "nodegroups": {},
    "addons": {"coredns": {"status": "ACTIVE"}},
}
CREATING = {**READY, "stack_status": "CREATE_IN_PROGRESS", "status": "CREATING", "addons": {}}


class World:
    """A reader that answers from a list, and an eksctl that takes notes."""

    log_path = Path("eksctl.log")

    def __init__(self, *answers, fails=False):
        self.answers, self.notes, self.fails = list(answers), [], fails

    def read(self):
        self.notes.append("read")
        return self.answers.pop(0)

    def wait(self, waiter, name, timeout):
        self.notes.append(f"wait {waiter} {name}")

    def delete_stacks(self, timeout):
        self.notes.append("delete stacks")

    def all_failures(self):
        return ["NAT: quota"]

    @contextlib.contextmanager
    def alone(self):
        self.notes.append("lock")
        yield 7
        self.notes.append("unlock")

    def run(self, argv, config, lock):
        self.notes.append(" ".join(argv[:2]))
        assert lock == 7
        if self.fails:
            raise EksctlError("ended with code 1")


def run(world, *, check_mode=False, state="present"):
    return Convergence(Desired(CONFIG), world, world, state, 60).run(check_mode=check_mode)


def test_nothing_to_do_is_one_read_and_no_lock():
    world = World(READY)
    result = run(world)
    assert world.notes == ["read"]
    assert (result["changed"], result["calls"], result["resource"]["state"]) == (False, [], "ready")


def test_the_cluster_is_looked_at_again_once_the_lock_is_held():
    world = World(None, READY, READY)
    result = run(world)
    assert world.notes == ["read", "lock", "read", "unlock"]
    assert not result["changed"]


def test_a_new_cluster():
    world = World(None, None, READY)
    result = run(world)
    assert world.notes == ["read", "lock", "read", "create cluster", "read", "unlock"]
    assert result["calls"] == ["create cluster"]


def test_what_aws_works_on_is_waited_for_before_planning():
    world = World(CREATING, CREATING, {**READY, "addons": {}}, READY)
    result = run(world)
    assert world.notes[3:] == ["wait stack_settled eksctl-c-cluster", "read", "create addon", "read", "unlock"]
    assert result["calls"] == ["create addons coredns"]


@pytest.mark.parametrize("found", [None, CREATING, {**READY, "addons": {}}])
def test_check_mode_only_reads(found):
    world = World(found)
    result = run(world, check_mode=True)
    assert world.notes == ["read"]
    assert result["changed"]
    assert result["resource"]["state"] in ("ready", "creating")


def test_eksctl_that_leaves_something_out_without_an_error_is_caught():
    with pytest.raises(EksctlError, match="still to do is: create addons coredns"):
        run(World({**READY, "addons": {}}, {**READY, "addons": {}}, {**READY, "addons": {}}))


def test_a_failure_tells_what_failed_in_cloudformation():
    with pytest.raises(EksctlError, match=r"(?s)ended with code 1.*NAT: quota"):
        run(World(None, None, fails=True))


def test_stacks_without_a_control_plane_are_not_eksctls_to_delete():
    failed = {**READY, "stack_status": "ROLLBACK_COMPLETE", "status": None, "addons": {}}
    world = World(failed, failed, None)
    assert run(world, state="absent")["calls"] == ["delete stacks"]
    assert world.notes[-3:] == ["delete stacks", "read", "unlock"]


def test_absent():
    assert run(World(READY, READY, None), state="absent")["calls"] == ["delete cluster"]
    assert run(World(None), state="absent")["resource"] == {}
