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
from tests.lab.aws.bedrock_wire import Body, Handler


def lasting(create: Handler) -> Handler:
    """The same, but that a job whose name ends with -running goes on as long as this account."""

    def begin(asked: Body) -> Body:
        KNOBS.provisioning_seconds = 86400 if asked["jobName"].endswith("-running") else 0
        try:
            return create(asked)
        finally:
            KNOBS.provisioning_seconds = 0

    return begin


if __name__ == "__main__":
    for operation in ("CreateModelCustomizationJob", "CreateModelImportJob"):
        bedrock.HANDLERS[operation] = lasting(bedrock.HANDLERS[operation])
    bedrock.install()
    KNOBS.provisioning_seconds = 0
    main()
