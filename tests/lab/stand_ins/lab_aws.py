"""How the lab's processes on the machine reach the emulated AWS: views, and clients with the lab's credentials."""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

from tests.lab import settings
from tests.lab.aws import lab_views
from tests.lab.aws.config import ACCESS_KEY, SECRET_KEY

ENDPOINT = os.environ.get("LAB_AWS_ENDPOINT", settings.AWS_ENDPOINT)
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def view(path: str) -> dict[str, Any]:
    """A view of the emulated AWS; OSError when it is away."""
    with OPENER.open(ENDPOINT + path, timeout=5) as answer:
        document: dict[str, Any] = json.loads(answer.read())
    return document


def names() -> dict[str, Any]:
    """Hosts and load balancers."""
    return view(lab_views.NAMES)


def cluster() -> dict[str, Any]:
    """The cluster and its addons."""
    return view(lab_views.CLUSTER)


def client(service: str, region: str) -> Any:
    """A boto3 client."""
    import boto3  # type: ignore[import-untyped]  # 0.3 s to import, and only one of the processes needs it

    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name=region,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
