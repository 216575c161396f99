"""The emulated AWS with the lab's Bedrock in it: ministack's own has no deployments of custom models.

usage: account.py    serves until it is killed, with what ministack reads from the environment
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[5]))

from ministack.app import main

from tests.lab.aws import bedrock
from tests.lab.aws.bedrock_knobs import KNOBS

if __name__ == "__main__":
    bedrock.install()
    KNOBS.provisioning_seconds = 0
    main()
