"""Runs the module and kills it once Bedrock has sold something: what a lost connection to the controller does.

usage: killed_run.py MODULE LOG ARGUMENTS    the module's file, the request log of the emulated AWS, arguments as JSON
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

PURCHASE = "201 bedrock CreateProvisionedModelThroughput"


def main() -> None:
    """Start it, look at the log until the purchase stands there, kill it."""
    module, log, arguments = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    before = log.read_text().count(PURCHASE)
    process = subprocess.Popen([sys.executable, module], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if process.stdin is None:
        raise RuntimeError("no way to hand over the arguments")
    process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
    process.stdin.close()
    deadline = time.monotonic() + 60
    while log.read_text().count(PURCHASE) == before:
        if process.poll() is not None or time.monotonic() > deadline:
            answer = process.stdout.read().decode() if process.stdout else ""
            raise RuntimeError(f"it bought nothing: {answer}")
        time.sleep(0.02)
    process.kill()
    process.wait()
    print(json.dumps({"ended_by": -process.returncode}))


if __name__ == "__main__":
    main()
