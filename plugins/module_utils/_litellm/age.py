# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How old a key is, and how long it still works: pure. Private to this collection."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .._resource import Refused

# A month as an age is 30 days.
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mo": 30 * 86400}


def moment(name: str, text: str) -> datetime:
    """The moment that a text means, UTC where it does not say. Raises Refused, naming the option."""
    try:
        read = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", text))
    except ValueError:
        raise Refused(f"{name} must be a date and time as 2026-12-31T12:00:00Z, not {text!r}.") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def is_due(created_at: str | None, older_than: str | None, made_before: str | None, now: datetime) -> bool:
    """Whether something that was made then is to be made anew. What has no date is older than everything."""
    limits = []
    if older_than is not None:
        number, unit = re.fullmatch(r"(\d+)([a-z]+)", older_than).groups()  # type: ignore[union-attr]
        limits.append(now - timedelta(seconds=int(number) * _UNITS[unit]))
    if made_before is not None:
        limits.append(moment("rotate_made_before", made_before))
    if limits and max(limits) > now:
        raise Refused("rotate_made_before lies in the future: each run until then would make the key anew.")
    return bool(limits) and (created_at is None or moment("created_at", created_at) < max(limits))


def rest_of_life(key_alias: str, expires: str, now: datetime) -> str:
    """How long a key still works, as a duration. Raises Refused where it does not."""
    seconds = int((moment("expires", expires) - now).total_seconds())
    if seconds <= 0:
        raise Refused(
            f"The key {key_alias} has expired. Say with duration how long the new one works, or clear: [duration]."
        )
    return f"{seconds}s"
