# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options wait_timeout and wait_delay: checked as all input is. Private to this collection."""

from __future__ import annotations

import typing as t

from .inputs import check_count


def check_wait(params: t.Mapping[str, t.Any]) -> None:
    """Refuse what cannot be waited by."""
    check_count("wait_timeout", params["wait_timeout"], 1, None, "Give seconds")
    check_count("wait_delay", params["wait_delay"], 1, None, "Give seconds")
