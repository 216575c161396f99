from __future__ import annotations

import threading

import pytest

from .fake_litellm import KEY, FakeLiteLLM

# The collection is imported inside of the fixtures: ansible's loader is not ready when pytest reads this file.


@pytest.fixture
def litellm():
    server = FakeLiteLLM()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def client(litellm, pauses):
    from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.client import LiteLLMClient
    from ansible_collections.llmops.bedrock.plugins.module_utils._rest.transport import UrlTransport

    return LiteLLMClient(UrlTransport(litellm.url), KEY, timeout=5, secrets=["s3cret-value"], sleep=pauses.append)


@pytest.fixture
def api(client, pauses):
    from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.api import Deployments

    return Deployments(client, sleep=pauses.append)


@pytest.fixture
def run(api, pauses):
    from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.reconcile import Reconciler

    def run(*wanted, check_mode=False, purge_scope=None, wait_timeout=0):
        reconciler = Reconciler(api, wait_timeout=wait_timeout, sleep=pauses.append)
        steps = reconciler.steps(wanted, purge_scope, check_mode=check_mode)
        result = reconciler.run(steps, check_mode=check_mode, diff=True)
        return [model["action"] for model in result["models"]], result, reconciler

    return run
