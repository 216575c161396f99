from __future__ import annotations

import threading

import pytest

from .fake_open_webui import ADMIN, FakeOpenWebUI

# The collection is imported inside of the fixtures: ansible's loader is not ready when pytest reads this file.


@pytest.fixture
def server():
    fake = FakeOpenWebUI()
    thread = threading.Thread(target=fake.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield fake
    fake.shutdown()
    fake.server_close()
    thread.join()


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def make_session(server, pauses):
    from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.session import Session
    from ansible_collections.llmops.bedrock.plugins.module_utils._rest.transport import UrlTransport

    def make(**options):
        options = {**ADMIN, "timeout": 5, "sleep": pauses.append, **options}
        return Session(UrlTransport(server.url), **options)

    return make


@pytest.fixture
def session(make_session):
    return make_session()


@pytest.fixture
def api(session):
    from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.api import Api

    return Api(session)
