"""What the collection's shortcuts are worth, as ratios within one run. Needs the lab, installed (make rehearse).

usage: python -m tests.bench

Of lists of models in detail: python -m tests.bench.litellm_model.

Each line compares two ways to the same end, run in turn, A B A B ..., and gives the median of the pairs' ratios:
it holds when the machine's speed drifts, where single times do not.
"""

from __future__ import annotations

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests import rehearse
from tests.bench.measure import play, seconds

ROUNDS = 5


@dataclass(frozen=True)
class Comparison:
    """Two command lines that come to the same end. slow: the way not taken; fast: the collection's."""

    name: str
    slow: list[str]
    fast: list[str]


def repeat(task: dict[str, object], times: int = 10) -> list[dict[str, object]]:
    return [task] * times


def comparisons(folder: Path) -> list[Comparison]:
    connect: dict[str, object] = {
        "ansible.builtin.include_role": {"name": "llmops.bedrock.eks_cluster", "tasks_from": "connection.yml"}
    }
    pods: dict[str, object] = {"kind": "Pod", "namespace": "litellm"}
    token = "{{ lookup('llmops.bedrock.eks_token', gateway_name, region=gateway_region) }}"
    by_token = {**pods, "host": "{{ eks_cluster_connection.host }}", "ca_cert": "{{ eks_cluster_connection.ca_cert }}"}
    by_kubeconfig = {**pods, "kubeconfig": "{{ gateway_state_dir }}/kubeconfig"}
    info = "kubernetes.core.k8s_info"
    return [
        Comparison(
            "10 Kubernetes tasks: kubeconfig with `aws eks get-token` / token of lookup eks_token",
            play(folder, "kubeconfig", [connect, *repeat({info: by_kubeconfig})]),
            play(folder, "token", [connect, *repeat({info: {**by_token, "api_key": token}})]),
        ),
        Comparison(
            "all models unchanged: one litellm_model task each / one task with the list",
            play(folder, "one-by-one", [connect, key(), {**model_task("{{ [deployment] }}"), **loop()}]),
            play(folder, "list", [connect, key(), model_task(DEPLOYMENTS)]),
        ),
    ]


DEPLOYMENTS = "{{ gateway_models | llmops.bedrock.litellm_deployments(region=gateway_region) }}"


def key() -> dict[str, object]:
    secret = "lookup('amazon.aws.secretsmanager_secret', 'litellm/litellm/keys', region=gateway_region)"
    return {
        "ansible.builtin.set_fact": {"bench_key": f"{{{{ ({secret} | from_json).LITELLM_MASTER_KEY }}}}"},
        "no_log": True,
    }


def loop() -> dict[str, object]:
    return {"loop": DEPLOYMENTS, "loop_control": {"loop_var": "deployment", "label": "{{ deployment.model_name }}"}}


def model_task(models: str) -> dict[str, object]:
    return {
        "llmops.bedrock.litellm_model": {
            "url": "https://{{ gateway_litellm_host }}",
            "api_key": "{{ bench_key }}",
            "ca_path": "{{ lookup('env', 'LAB_CA_FILE') }}",
            "models": models,
        }
    }


def main() -> None:
    env = rehearse.lab_environment()
    with tempfile.TemporaryDirectory() as folder:
        for comparison in comparisons(Path(folder)):
            pairs = [(seconds(comparison.slow, env), seconds(comparison.fast, env)) for dummy in range(ROUNDS)]
            slow, fast = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            print(f"{ratio:5.1f} x  {comparison.name}  ({slow:.1f} s / {fast:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
