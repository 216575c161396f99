"""The stand-in for the chart of Open WebUI: rendered by helm, the objects that the published chart makes."""

from __future__ import annotations

import json
import subprocess
import typing as t
from pathlib import Path

import pytest
import yaml

from tests.lab.settings import ROOT
from tests.lab.toolchain import clients

CHART = ROOT / "tests" / "lab" / "stand_ins" / "charts" / "open-webui"
OFF: dict[str, t.Any] = {
    "ollama": {"enabled": False},
    "pipelines": {"enabled": False},
    "websocket": {"manager": "", "redis": {"enabled": False}},
}
Objects = dict[str, t.Any]


@pytest.fixture(scope="module")
def helm() -> Path:
    return clients.install() / "helm"


def render(helm: Path, values: t.Mapping[str, t.Any], release: str = "open-webui") -> subprocess.CompletedProcess[str]:
    command = [helm, "template", release, CHART, "--namespace=chat", "--values=-"]
    return subprocess.run(command, input=json.dumps(values), check=False, capture_output=True, text=True)


def objects(helm: Path, values: t.Mapping[str, t.Any], release: str = "open-webui") -> Objects:
    done = render(helm, {**OFF, **values}, release)
    assert done.returncode == 0, done.stderr
    return {each["kind"]: each for each in yaml.safe_load_all(done.stdout) if each}


def environment(found: Objects) -> dict[str, t.Any]:
    (container,) = found["StatefulSet"]["spec"]["template"]["spec"]["containers"]
    found_entries = {entry["name"]: entry.get("value", entry.get("valueFrom")) for entry in container["env"]}
    assert len(found_entries) == len(container["env"]), "each name once"
    return found_entries


def test_names_labels_and_ports_are_those_of_the_published_chart(helm: Path) -> None:
    found = objects(helm, {"persistence": {"storageClass": "gp3", "size": "5Gi"}})
    assert {kind: each["metadata"]["name"] for kind, each in found.items()} == {
        "ServiceAccount": "open-webui-sa",
        "PersistentVolumeClaim": "open-webui",
        "Service": "open-webui",
        "StatefulSet": "open-webui",
    }
    assert {each["metadata"]["namespace"] for each in found.values()} == {"chat"}
    selector = {"app.kubernetes.io/instance": "open-webui", "app.kubernetes.io/component": "open-webui"}
    assert found["Service"]["spec"]["selector"] == selector
    assert found["StatefulSet"]["spec"]["selector"]["matchLabels"] == selector
    assert found["Service"]["spec"]["ports"] == [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": "http"}]
    assert found["PersistentVolumeClaim"]["spec"]["storageClassName"] == "gp3"
    assert objects(helm, {}, release="mine")["Service"]["metadata"]["name"] == "mine-open-webui"


def test_what_the_lab_has_no_image_for_is_refused_by_name(helm: Path) -> None:
    for part in ("ollama", "pipelines", "tika", "sso"):
        done = render(helm, {**OFF, part: {"enabled": True}})
        assert done.returncode and f"{part}.enabled" in done.stderr
    assert "websocket.redis.enabled" in render(helm, {**OFF, "websocket": {"manager": ""}}).stderr
    assert "ollama.enabled" in render(helm, {}).stderr, "on by default, as in the published chart"


def test_unknown_values_are_ignored_as_by_the_published_chart(helm: Path) -> None:
    assert objects(helm, {"nonsense": {"a": 1}}) == objects(helm, {})


def test_the_connection_takes_its_key_out_of_a_secret(helm: Path) -> None:
    assert environment(objects(helm, {}))["OPENAI_API_KEY"] == "0p3n-w3bu!", "the published default"
    values = {
        "openaiBaseApiUrl": "http://litellm:4000/v1",
        "openaiApiKeyExistingSecret": "bootstrap",
        "openaiApiKeyExistingSecretKey": "key",
    }
    found = environment(objects(helm, values))
    assert found["OPENAI_API_BASE_URL"] == "http://litellm:4000/v1"
    assert found["OPENAI_API_KEY"] == {"secretKeyRef": {"name": "bootstrap", "key": "key"}}
    assert found["ENABLE_OLLAMA_API"] == "False"
    several = environment(objects(helm, {"openaiBaseApiUrls": ["http://a", "http://b"], "openaiApiKeys": ["1", "2"]}))
    assert several["OPENAI_API_BASE_URLS"] == "http://a;http://b"
    assert several["OPENAI_API_KEYS"] == "1;2"


@pytest.mark.parametrize(
    ("extra", "url"),
    [([], "https://chat.example"), ([{"name": "WEBUI_URL", "value": "x"}], "x"), ({"WEBUI_URL": "y"}, "y")],
)
def test_the_ingress_brings_the_address_unless_it_is_given(helm: Path, extra: object, url: str) -> None:
    annotations = {"alb.ingress.kubernetes.io/scheme": "internal"}
    ingress = {"enabled": True, "class": "alb", "host": "chat.example", "tls": True, "annotations": annotations}
    found = objects(helm, {"ingress": ingress, "extraEnvVars": extra})
    assert environment(found)["WEBUI_URL"] == url
    spec = found["Ingress"]["spec"]
    assert spec["ingressClassName"] == "alb"
    assert spec["tls"] == [{"secretName": "open-webui-tls", "hosts": ["chat.example"]}]
    assert [rule["host"] for rule in spec["rules"]] == ["chat.example"]
    assert found["Ingress"]["metadata"]["annotations"] == annotations
    assert "WEBUI_URL" not in environment(objects(helm, {}))


def test_image_probes_and_security_reach_the_pod(helm: Path) -> None:
    probe = {"httpGet": {"path": "/ready", "port": "http"}}
    values = {
        "image": {"repository": "registry/open-webui", "tag": "1-slim"},
        "readinessProbe": probe,
        "podSecurityContext": {"runAsUser": 1000},
        "containerSecurityContext": {"readOnlyRootFilesystem": True},
        "volumes": [{"name": "tmp", "emptyDir": {}}],
        "volumeMounts": {"container": [{"name": "tmp", "mountPath": "/tmp"}]},
        "podLabels": {"team": "a"},
    }
    template = objects(helm, values)["StatefulSet"]["spec"]["template"]
    (container,), (copy,) = template["spec"]["containers"], template["spec"]["initContainers"]
    assert container["image"] == copy["image"] == "registry/open-webui:1-slim"
    assert container["readinessProbe"] == probe and "livenessProbe" not in container
    assert container["securityContext"] == copy["securityContext"] == {"readOnlyRootFilesystem": True}
    assert template["spec"]["securityContext"] == {"runAsUser": 1000}
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/app/backend/data", "/tmp"]
    assert template["metadata"]["labels"]["team"] == "a"
    assert template["spec"]["automountServiceAccountToken"] is False


def test_without_persistence_it_is_a_deployment(helm: Path) -> None:
    found = objects(helm, {"persistence": {"enabled": False}})
    assert "StatefulSet" not in found and "PersistentVolumeClaim" not in found
    assert found["Deployment"]["spec"]["template"]["spec"]["volumes"] == [{"name": "data", "emptyDir": {}}]
