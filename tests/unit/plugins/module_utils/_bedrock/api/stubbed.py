"""Bedrock behind botocore's Stubber, which checks the parameters of every request against the service model."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.stub import Stubber


@pytest.fixture
def stub(monkeypatch):
    """A Stubber whose waits take no time. All of its answers must have been asked for in the end."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    client = botocore.session.Session().create_client(
        "bedrock", region_name="us-west-2", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()
