"""playbooks/diagnose.yml on the gateway of the walkthrough, which is well: what it says, and what it may not tell.

Faults are planted by the integration target gateway_support_bundle, whose check of archives is used here.
"""

from __future__ import annotations

import base64
import json
import re
import stat
import subprocess
import sys
import typing as t
from pathlib import Path

from tests import rehearse
from tests.walkthrough.conftest import Play, recap

CHECK = rehearse.CHECKOUT / "tests/integration/targets/gateway_support_bundle/files/archives.py"


def known_secrets(kubectl: t.Callable[..., str]) -> list[str]:
    """What stands in the Secrets of the gateway, but for the administrator's address."""
    found = []
    for namespace, name in (("litellm", "litellm-keys"), ("open-webui", "open-webui-bootstrap")):
        data = json.loads(kubectl("get", "secret", name, "--namespace", namespace, "--output=json"))["data"]
        found += [base64.b64decode(value).decode() for key, value in data.items() if key != "admin-email"]
    return found


def test_a_gateway_that_is_well(lab_env: dict[str, str], kubectl: t.Callable[..., str], tmp_path: Path) -> None:
    text = Play("diagnose-well", "playbooks/diagnose.yml", env=lab_env).finish()
    assert "Nothing wrong was found with cluster litellm in us-west-2." in text
    assert "Not read:" not in text
    # The folder, the first time, and the archive.
    assert recap(text)["changed"] in (1, 2)
    found = re.search(r"Archive: +(\S+[.]tar[.]gz)", text)
    assert found
    archive = Path(found[1])
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    (tmp_path / "gateway.tar.gz").symlink_to(archive)
    secrets = known_secrets(kubectl)
    assert len(secrets) >= 7
    given = {"faults": {"gateway": {"cause": "nothing wrong found"}}, "secrets": secrets}
    checked = subprocess.run(
        [sys.executable, str(CHECK), str(tmp_path)],
        input=json.dumps(given),
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_check_mode_writes_no_archive(lab_env: dict[str, str]) -> None:
    folder = Path(lab_env["LAB_GATEWAY_STATE"]) / "support"
    before = sorted(folder.iterdir())
    text = Play("diagnose-check", "playbooks/diagnose.yml", "--check", env=lab_env).finish()
    assert "Check mode: nothing was collected." in text
    assert sorted(folder.iterdir()) == before
