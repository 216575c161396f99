# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until LiteLLM shows what was written. Private to this collection.

With several workers or pods, each reads the database again every 30 seconds, and any of them may answer.
"""

from __future__ import annotations

import time
import typing as t

from .._resource import Resource
from .errors import LiteLLMError

_LOOK_AGAIN = 2.0


def wait_until_seen(
    doing: str,
    read: t.Callable[[], Resource | None],
    seen: t.Callable[[Resource | None], bool],
    *,
    timeout: float,
    hint: str = "",
    sleep: t.Callable[[float], None] = time.sleep,
) -> Resource | None:
    """What is read as soon as it is as wanted. Raises LiteLLMError when the time is over.

    doing, hint: for the error.
    """
    start = time.monotonic()
    while True:
        found = read()
        if seen(found):
            return found
        if time.monotonic() - start >= timeout:
            raise LiteLLMError(
                doing,
                f"after {timeout:g} s it still shows something else than what was written",
                hint=hint
                or "Somebody else may have changed it at the same time: run again. With several workers, wait_timeout "
                "must be above their reload interval (30 s).",
            )
        sleep(_LOOK_AGAIN)
