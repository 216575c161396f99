"""Containers of the lab's containerd, where Kubernetes itself can no longer be asked."""

from __future__ import annotations

from tests.lab.images.containerd import CTR
from tests.lab.system import run


def task_ids() -> list[str]:
    """Containers that have a process or its remains."""
    return run([*CTR, "tasks", "list", "--quiet"], check=False).split()


def kill_tasks() -> None:
    """End the processes of all containers at once; the kubelet, where it runs, makes pods anew."""
    for task in task_ids():
        run([*CTR, "tasks", "kill", "--all", "--signal", "SIGKILL", task], check=False)


def remove_all() -> None:
    """Remove every container and, with the last one of a pod, its shim."""
    tasks = task_ids()
    if tasks:
        run([*CTR, "tasks", "delete", "--force", *tasks], check=False)
    containers = run([*CTR, "containers", "list", "--quiet"], check=False).split()
    if containers:
        run([*CTR, "containers", "delete", *containers], check=False)
