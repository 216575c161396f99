# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deployments for the information module, from whichever listing LiteLLM has. Private to this collection."""

from __future__ import annotations

from ..._resource import Resource
from ..errors import LiteLLMError
from .api import Deployments


def find(api: Deployments, *, model_name: str | None = None, row_id: str | None = None) -> list[Resource]:
    """All deployments, those of a name, or that of an id. Raises LiteLLMError."""
    try:
        if row_id is not None:
            found = api.by_id(row_id)
            return [found] if found else []
        return api.all() if model_name is None else api.by_name(model_name)
    except LiteLLMError as error:
        if error.status not in (403, 404, 500):
            raise
    # Without a database, and for some keys, LiteLLM has only its older listing.
    rows = api.served()
    return [row for row in rows if model_name in (None, row["model_name"]) and row_id in (None, row["id"])]
