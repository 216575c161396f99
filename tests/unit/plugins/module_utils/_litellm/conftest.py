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
