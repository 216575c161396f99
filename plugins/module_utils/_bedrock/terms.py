# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terms for which AWS sells provisioned throughput. Private to this collection."""

from __future__ import annotations

import typing as t

from .._resource import Refused

NO_TERM = "none"
# Months of each term.
TERMS: t.Mapping[str, int] = {NO_TERM: 0, "OneMonth": 1, "SixMonths": 6}


def check_term(option: str, value: t.Any) -> str:
    """The term, or Refused for one that AWS does not have: guides name one of a year."""
    if isinstance(value, str) and value in TERMS:
        return value
    raise Refused(
        f"{option} is {value!r}, and AWS sells provisioned throughput for no such term. Choose none (by the hour), "
        "OneMonth or SixMonths; there is no term of a year."
    )
