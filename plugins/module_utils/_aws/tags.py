# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags as they are and as they are wanted: pure. Private to this collection."""

from __future__ import annotations

import typing as t


def tag_changes(
    current: t.Mapping[str, str], wanted: t.Mapping[str, str] | None, purge: bool
) -> tuple[dict[str, str], list[str]]:
    """(tags to set, keys to remove). Tags that AWS sets itself (aws:) stay; None leaves all alone."""
    if wanted is None:
        return {}, []
    to_set = {key: value for key, value in wanted.items() if current.get(key) != value}
    to_remove = sorted(key for key in current if key not in wanted and not key.startswith("aws:")) if purge else []
    return to_set, to_remove
