"""The emulated Bedrock for tests of the lab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.lab.aws_process import Aws


@pytest.fixture
def instant(aws: Aws) -> Iterator[None]:
    """What the emulated Bedrock makes is there at once, unless a test says otherwise."""
    aws.lab("DELETE", "/_lab/faults")
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_seconds": 0})
    yield
    aws.lab("DELETE", "/_lab/faults")


@pytest.fixture
def bedrock(aws: Aws) -> Any:
    return aws.client("bedrock")
