"""What the emulated AWS says of versions, addons and models. Each value has a source or is marked as lab data."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def aws() -> dict[str, Any]:
    """Kubernetes versions, addons and instance types."""
    document: dict[str, Any] = json.loads(Path(__file__).with_name("aws_facts.json").read_text())
    return document


def addon(name: str) -> dict[str, Any] | None:
    """One EKS addon, or None."""
    found: dict[str, Any] | None = aws()["addons"].get(name)
    return found
