# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One listing of LiteLLM's deployments, for many members to be found in. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._resource import Resource


class Listing:
    """Rows by id and by name."""

    def __init__(self, rows: t.Sequence[Resource]) -> None:
        self.rows = rows
        self._by_id = {row["id"]: row for row in rows}
        self._by_name: dict[str | None, list[Resource]] = {}
        for row in rows:
            self._by_name.setdefault(row["model_name"], []).append(row)

    def by_ids(self, ids: t.Iterable[str]) -> list[Resource]:
        """The rows of these ids, without those that are not listed."""
        return [self._by_id[row_id] for row_id in ids if row_id in self._by_id]

    def by_name(self, model_name: str | None) -> list[Resource]:
        """The rows of exactly this name."""
        return self._by_name.get(model_name, [])
