# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fingerprints of values that LiteLLM does not show again. Private to this collection.

They lie in ``model_info``, which everyone who may use the model can read: hence the salt and the slow hash. All that
one run writes has the same salt, so that one secret of many deployments is hashed once, when it is written and when it
is compared.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import secrets
import typing as t

# Where they lie: in model_info, and in credential_info.
FINGERPRINT_KEY = "ansible_fingerprint"
_VERSION = "1"
_ROUNDS = 20_000  # about 5 ms; version 1 means this number
_SALT_BYTES = 16


def fingerprint(name: str, value: t.Any, salt: str | None = None) -> str:
    """``1:<salt>:<hash>`` of a parameter's value, with the salt of this run unless one is given."""
    return _fingerprint(f"{name}\0{json.dumps(value, sort_keys=True)}", salt or _salt())


def matches(name: str, value: t.Any, known: t.Any) -> bool:
    """Whether ``known`` is the fingerprint of this value. Anything that is no fingerprint matches nothing."""
    parts = known.split(":") if isinstance(known, str) else []
    if len(parts) != 3 or parts[0] != _VERSION or not parts[1]:
        return False
    return hmac.compare_digest(fingerprint(name, value, parts[1]), known)


@functools.cache
def _fingerprint(text: str, salt: str) -> str:
    digest = hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), _ROUNDS)
    return f"{_VERSION}:{salt}:{digest.hex()}"


@functools.cache
def _salt() -> str:
    return secrets.token_hex(_SALT_BYTES)
