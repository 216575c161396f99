"""Where boto3 is missing, the modules of fine-tuning say so: none may break while it is imported."""

from __future__ import annotations

import json
import subprocess
import sys

MODULES = ("bedrock_model_customization_job", "bedrock_custom_model", "bedrock_custom_model_deployment")
SCRIPT = """
import importlib, json, sys
sys.modules["boto3"] = sys.modules["botocore"] = None
from ansible.module_utils.testing import patch_module_args
for name in json.loads(sys.argv[1]):
    module = importlib.import_module(f"ansible_collections.llmops.bedrock.plugins.modules.{name}")
    with patch_module_args({} if name.endswith("_info") else {"name": "x"}):
        try:
            module.main()
        except SystemExit:
            pass
"""


def test_every_module_says_that_boto3_is_missing():
    names = [name + suffix for name in MODULES for suffix in ("", "_info")]
    argv = [sys.executable, "-c", SCRIPT, json.dumps(names)]
    told = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split("\n")
    results = [json.loads(line) for line in told if line.startswith("{")]
    assert len(results) == len(names)
    for result in results:
        assert result["failed"] and "boto3" in result["msg"]
