# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What LiteLLM hides when a deployment is read, and what of it is shown to the user. Private to this collection.

LiteLLM 1.106.2 leaves some parameters out of its answers and masks others by the words in their names, at any depth.
"""

from __future__ import annotations

import functools
import re
import typing as t

from .._rest.secrets import ENVIRONMENT

_OMITTED = frozenset(
    {
        "api_key",
        "aws_access_key_id",
        "aws_secret_access_key",
        "client_secret",
        "vertex_ai_credentials",
        "vertex_credentials",
    }
)
_SENSITIVE = frozenset(
    {
        "access",
        "auth",
        "authorization",
        "certificate",
        "cookie",
        "credential",
        "credentials",
        "fingerprint",
        "key",
        "password",
        "private",
        "secret",
        "tenancy",
        "token",
    }
)
_NOT_SENSITIVE = frozenset({"default_api_key_rpm_limit", "default_api_key_tpm_limit", "litellm_credential_name"})
# LiteLLM shows model_info to everyone who sees the model: only what is plainly a secret is hidden there.
_SENSITIVE_INFO = frozenset({"authorization", "cookie", "credential", "credentials", "password", "secret", "token"})
_SENSITIVE_INFO_ENDS = ("api_key", "access_key", "private_key")


@functools.cache  # names repeat: a list of models has the same ones in every member
def is_secret(name: str) -> bool:
    """Whether LiteLLM omits or masks the parameter (or nested key) of this name."""
    if name in _OMITTED:
        return True
    segments = set(re.split("[_-]", name.lower()))
    return name not in _NOT_SENSITIVE and "cost" not in segments and bool(segments & _SENSITIVE)


@functools.cache
def is_secret_info(name: str) -> bool:
    """Whether a key of model_info is plainly a secret."""
    segments = set(re.split("[_-]", name.lower()))
    named = bool(segments & _SENSITIVE_INFO) or name.lower().endswith(_SENSITIVE_INFO_ENDS)
    return named and "cost" not in segments


def is_unreadable(name: str, value: t.Any) -> bool:
    """Whether what is stored under a parameter cannot be compared with the value that is wanted.

    So it is for secrets, for whatever contains one, and for references to an environment variable, which LiteLLM
    answers resolved or not at all.
    """
    if isinstance(value, str):
        return value.startswith(ENVIRONMENT) or is_secret(name)
    return is_secret(name) or _contains_secret(value)


def _contains_secret(value: t.Any) -> bool:
    if isinstance(value, dict):
        return any(is_secret(str(key)) or _contains_secret(nested) for key, nested in value.items())
    return isinstance(value, list) and any(_contains_secret(nested) for nested in value)
