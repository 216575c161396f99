# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which settings of Open WebUI are secrets. Private to this collection."""

from __future__ import annotations

import re

_SENSITIVE_ENDS = frozenset(
    {"auth", "authorization", "cookie", "headers", "key", "password", "secret", "token", "webhook"}
)
# Lists of keys, addresses that hold a secret or a password, and free-form objects with headers.
_SENSITIVE = frozenset({"openai.api_keys", "rag.youtube_loader_proxy_url", "webhook_url"})


def is_secret(name: str) -> bool:
    """Whether the value of a setting (or of a key inside one) is not to be shown.

    The last word counts: ``web.loader.firecrawl_api_key`` is a secret, ``auth.api_key.endpoint_restrictions`` is none.
    """
    return name in _SENSITIVE or re.split(r"[._-]", name.lower())[-1] in _SENSITIVE_ENDS
