"""The loop's body: all groups of Ingresses, each brought to its plan or removed."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

from . import deploy, naming, options
from .aws import Aws
from .cluster import Cluster, finalizers
from .model import BuildError
from .planner import World, plan

log = logging.getLogger("alb-controller")
Object = dict[str, Any]


def stacks(ingresses: list[Object]) -> dict[str, list[Object]]:
    """Members of each stack. One that changed its group, class or is being deleted belongs to the old stack too."""
    found: dict[str, list[Object]] = {}
    for ingress in ingresses:
        names = {stack_of_finalizer(ingress, each) for each in finalizers(ingress)}
        for stack in sorted(names | {options.stack_of(ingress)}):
            found.setdefault(stack, []).append(ingress)
    return found


def stack_of_finalizer(ingress: Object, finalizer: str) -> str:
    """The stack that a finalizer stands for."""
    if finalizer == naming.FINALIZER:
        return options.key(ingress)
    return finalizer.removeprefix(naming.GROUP_FINALIZER)


def is_member(ingress: Object, stack: str) -> bool:
    """Whether the Ingress still belongs to the stack."""
    return "deletionTimestamp" not in ingress["metadata"] and options.stack_of(ingress) == stack


def reconcile(cluster: Cluster, aws: Aws, world: World) -> bool:
    """One round over everything; False when something has to be tried again soon."""
    world = replace(world, services=cluster.services(), slices=cluster.slices())
    good = True
    for stack, ingresses in stacks(cluster.ingresses()).items():
        good = reconcile_stack(cluster, aws, world, stack, ingresses) and good
    return good


def reconcile_stack(cluster: Cluster, aws: Aws, world: World, stack: str, ingresses: list[Object]) -> bool:
    """One load balancer; errors become events on its members."""
    members = [each for each in ingresses if is_member(each, stack)]
    leaving = [each for each in ingresses if not is_member(each, stack)]
    reason = "FailedBuildModel"
    try:
        if members:
            for ingress in members:
                cluster.set_finalizer(ingress, naming.finalizer(stack))
            if any(needs_certificates(ingress) for ingress in members):
                world = replace(world, certificates=aws.certificates())
            wanted = plan(members, world)
            reason = "FailedDeployModel"
            hostname = deploy.deploy(aws, wanted)
            for ingress in members:
                cluster.set_hostname(ingress, hostname)
                cluster.event(ingress, "Normal", "SuccessfullyReconciled", "Successfully reconciled")
        elif leaving:
            reason = "FailedDeployModel"
            deploy.remove(aws, stack)
        for ingress in leaving:
            leave(cluster, ingress, stack)
    except (BuildError, BotoCoreError, ClientError) as error:
        if isinstance(error, BuildError):
            reason = "FailedBuildModel"
        log.warning("%s: %s: %s", stack, reason, error)
        for ingress in members or leaving:
            cluster.event(ingress, "Warning", reason, f"Failed {reason.removeprefix('Failed').lower()} due to {error}")
        return False
    return True


def needs_certificates(ingress: Object) -> bool:
    """Whether hosts have to be looked up in ACM."""
    return "HTTPS" in options.listen_ports(ingress).values() and not options.listed(ingress, "certificate-arn")


def leave(cluster: Cluster, ingress: Object, stack: str) -> None:
    """Let an Ingress go that is no longer of the stack."""
    if "deletionTimestamp" in ingress["metadata"]:
        cluster.set_finalizer(ingress, None)
    elif options.stack_of(ingress) != stack:
        cluster.set_finalizer(ingress, naming.finalizer(options.stack_of(ingress)))
