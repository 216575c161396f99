"""The fixtures of whole runs of a module: an AWS whose answers are written down, and the run itself."""

from __future__ import annotations

from tests.unit.plugins.modules.scripted_aws import run_module, scripted_aws

__all__ = ["run_module", "scripted_aws"]
