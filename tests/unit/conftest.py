"""The emulated AWS as a process of its own, for tests that talk to it."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.unit.lab.aws_process import Aws, make_authorities


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    state = tmp_path_factory.mktemp("lab")
    make_authorities(state / "pki")
    running = Aws(state)
    try:
        running.start()
        yield running
    finally:
        running.end(signal.SIGTERM)
