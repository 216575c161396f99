from __future__ import annotations

import socket
import sys
import threading

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._kubernetes import connection
from ansible_collections.llmops.bedrock.plugins.module_utils._kubernetes.port_forward import PodFinder
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.client import LiteLLMClient
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._rest.pod_transport import PodTransport

from .._litellm.fake_litellm import KEY, FakeLiteLLM
from .fake_api import FakeKubernetes, pod


@pytest.fixture
def servers():
    started = [FakeKubernetes(), FakeLiteLLM()]
    threads = [threading.Thread(target=s.serve_forever, kwargs={"poll_interval": 0.01}) for s in started]
    for thread in threads:
        thread.start()
    started[0].target = started[1].server_port
    yield started
    for server, thread in zip(started, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def kubernetes(servers):
    return servers[0]


def finder(kubernetes, **options):
    where = {"namespace": "litellm", "label_selector": "app=litellm", "port": 4000}
    return PodFinder({"host": kubernetes.url, "api_key": "token-of-the-api", **where, **options})


@pytest.fixture
def client(kubernetes):
    return LiteLLMClient(PodTransport(finder(kubernetes)), KEY, timeout=5, sleep=lambda pause: None)


def test_reads_and_writes_go_through(client, servers):
    kubernetes, litellm = servers
    assert client.get("list", "/v2/model/info") == {"data": [], "total_pages": 0}
    litellm.answers = [(200, "application/json", '"%s"' % ("x" * 200_000))]
    assert len(client.write("create", "POST", "/model/new", {"name": "ü"})) == 200_000
    assert litellm.writes == [("POST", "/model/new", {"name": "ü"})]
    paths = [request[0].rsplit("/", 1)[1] for request in kubernetes.requests]
    assert paths == ["pods", "portforward", "portforward"], "the pod is looked for once"
    assert {request[2] for request in kubernetes.requests} == {"Bearer token-of-the-api"}


@pytest.mark.parametrize(
    "pods, said",
    [
        ([], "No pod has the labels app=litellm in namespace litellm"),
        (
            [pod("a", ready=False, waiting="CrashLoopBackOff"), pod("b", deleting=True), pod("c", ready=False)],
            r"None of the pods .* is Ready: a \(CrashLoopBackOff\), b \(terminating\), c \(Running\)",
        ),
    ],
)
def test_no_pod_to_ask(client, kubernetes, pods, said):
    kubernetes.pods = pods
    with pytest.raises(LiteLLMError, match=said) as caught:
        client.get("list", "/x")
    assert not caught.value.unsure


def test_the_first_ready_pod_is_asked(client, kubernetes):
    kubernetes.pods = [pod("a", ready=False), pod("b", deleting=True), pod("d"), pod("c")]
    client.get("list", "/v2/model/info")
    assert kubernetes.requests[-1][0].endswith("/pods/c/portforward")


@pytest.mark.parametrize("status, said", [(401, "does not know this token"), (403, "`list` on pods"), (418, "418")])
def test_pods_may_not_be_listed(client, kubernetes, status, said):
    kubernetes.list_status = status
    with pytest.raises(LiteLLMError, match=said):
        client.get("list", "/x")
    assert len(kubernetes.requests) == 1, "another try would not help"


@pytest.mark.parametrize(
    "status, said", [(403, "`get` and `create` on pods/portforward"), (404, "is gone"), (500, "can be forwarded")]
)
def test_a_forward_is_refused(client, kubernetes, status, said):
    kubernetes.forward_status = status
    with pytest.raises(LiteLLMError, match=said):
        client.write("create", "POST", "/model/new", {})


def test_nothing_listens_in_the_pod(client, kubernetes):
    kubernetes.target = None
    with pytest.raises(LiteLLMError, match="connection refused") as caught:
        client.write("create", "POST", "/model/new", {})
    assert not caught.value.unsure, "the request cannot have arrived"


def test_a_pod_that_dies_in_the_middle_is_replaced_for_reads_only(client, servers):
    servers[1].answers = [None]
    assert client.get("list", "/v2/model/info")["data"] == []
    assert [request[0].rsplit("/", 1)[1] for request in servers[0].requests] == ["pods", "portforward"] * 2
    servers[1].answers = [None]
    with pytest.raises(LiteLLMError, match="closed the connection") as caught:
        client.write("create", "POST", "/model/new", {})
    assert caught.value.unsure


def test_an_api_that_does_not_answer():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        options = {"host": f"http://127.0.0.1:{unused.getsockname()[1]}"}
        where = {"namespace": "n", "label_selector": "a=b", "port": 1}
        with pytest.raises(connection.KubernetesError, match="does not answer") as caught:
            PodFinder({**options, **where}).connection(1)
    assert caught.value.passing


def test_the_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "kubernetes.client", None)
    with pytest.raises(connection.KubernetesError, match=r"\(kubernetes\)"):
        PodFinder({})


KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: one
contexts: [{name: one, context: {cluster: c, user: u}}, {name: two, context: {cluster: d, user: u}}]
clusters: [{name: c, cluster: {server: "https://one"}}, {name: d, cluster: {server: "https://two"}}]
users: [{name: u, user: {token: t}}]
"""


@pytest.mark.parametrize("context, host", [(None, "https://one"), ("two", "https://two")])
def test_kubeconfig_and_context(tmp_path, context, host):
    path = tmp_path / "config"
    path.write_text(KUBECONFIG)
    options = {"kubeconfig": str(path), "context": context, "ca_cert": None, "validate_certs": False}
    made = connection.api_client(options).configuration
    assert (made.host, made.verify_ssl) == (host, False)
    assert made.auth_settings()["BearerToken"]["value"] == "Bearer t"


def test_a_kubeconfig_that_cannot_be_used_is_told(tmp_path):
    with pytest.raises(connection.KubernetesError, match="kubeconfig cannot be used"):
        connection.api_client({"kubeconfig": str(tmp_path / "none")})


def test_no_way_into_the_cluster(monkeypatch, tmp_path):
    monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(tmp_path / "none"))
    with pytest.raises(connection.KubernetesError, match="give host and api_key, or kubeconfig"):
        connection.api_client({})
