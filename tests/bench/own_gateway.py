"""A LiteLLM for a bench alone, with a database and a namespace of its own, removed in the end. Needs the lab."""

from __future__ import annotations

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import Request, urlopen

from tests import rehearse
from tests.bench.measure import HERE, REHEARSAL, output

NAMESPACE = "litellm-bench"
PLAYBOOK = str(HERE / "own_gateway.yml")


@dataclass(frozen=True)
class Gateway:
    """env: that of the lab, with the variables from which the modules take the way to this LiteLLM."""

    env: Mapping[str, str]

    def versions(self) -> dict[str, str]:
        """Of LiteLLM and of its database."""
        request = Request(f"{self.env['LITELLM_PROXY_URL']}/health/readiness/details")
        request.add_header("Authorization", f"Bearer {self.env['LITELLM_PROXY_API_KEY']}")
        with urlopen(request, timeout=30) as answer:
            litellm = json.load(answer)["litellm_version"]
        postgres = kubectl(self.env, "exec", "litellm-postgres-0", "--", "postgres", "--version").split()[-1]
        return {"LiteLLM": litellm, "PostgreSQL": postgres}

    def requests(self) -> Counter[str]:
        """What LiteLLM was asked since it started, as its access log says, without health checks: "GET /path"."""
        lines = kubectl(self.env, "logs", "deployment/litellm").splitlines()
        asked = (line.split('"')[1].split()[:2] for line in lines if line.startswith("INFO:") and "HTTP/1.1" in line)
        return Counter(f"{method} {path.split('?')[0]}" for method, path in asked if not path.startswith("/health/"))


def kubectl(env: Mapping[str, str], *arguments: str) -> str:
    """What kubectl says of the namespace, as the lab's administrator."""
    way = (f"--kubeconfig={env['LAB_ADMIN_KUBECONFIG']}", f"--namespace={NAMESPACE}")
    return output(["kubectl", *way, *arguments], env)


@contextmanager
def own_gateway(*, keep: bool = False) -> Iterator[Gateway]:
    """A LiteLLM without models. keep: leave it, with what is then in it, for the next call."""
    env = rehearse.lab_environment()
    try:
        output(rehearse.playbook(*REHEARSAL, PLAYBOOK), env)
        keys = json.loads(kubectl(env, "get", "secret", "litellm-keys", "--output=json"))["data"]
        # The nodes of the lab are this machine: it reaches a Service as a pod does, with nothing in between.
        service = json.loads(kubectl(env, "get", "service", "litellm", "--output=json"))["spec"]
        way = {
            "LITELLM_PROXY_URL": f"http://{service['clusterIP']}:{service['ports'][0]['port']}",
            "LITELLM_PROXY_API_KEY": b64decode(keys["LITELLM_MASTER_KEY"]).decode(),
        }
        yield Gateway({**env, **way})
    finally:
        if not keep:
            output(rehearse.playbook(*REHEARSAL, PLAYBOOK, "-e", "litellm_state=absent"), env)
