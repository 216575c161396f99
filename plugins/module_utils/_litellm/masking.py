# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What LiteLLM hides when a deployment is read, and what of it is shown to the user. Private to this collection.

LiteLLM 1.106.2 leaves some parameters out of its answers and masks others by the words in their names, at any depth.
"""

from __future__ import annotations

import re
import typing as t

from .._resource import HIDDEN

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
ENVIRONMENT = "os.environ/"
# Ansible replaces each secret wherever it occurs in the output: shorter ones would blot out ordinary words.
_SHORTEST_SECRET = 5


def is_secret(name: str) -> bool:
    """Whether LiteLLM omits or masks the parameter (or nested key) of this name."""
    if name in _OMITTED:
        return True
    segments = set(re.split("[_-]", name.lower()))
    return name not in _NOT_SENSITIVE and "cost" not in segments and bool(segments & _SENSITIVE)


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
    if isinstance(value, str) and value.startswith(ENVIRONMENT):
        return True
    return is_secret(name) or _contains_secret(value)


def _contains_secret(value: t.Any) -> bool:
    if isinstance(value, t.Mapping):
        return any(is_secret(str(key)) or _contains_secret(nested) for key, nested in value.items())
    return isinstance(value, list) and any(_contains_secret(nested) for nested in value)


def show(values: t.Mapping[str, t.Any], is_hidden: t.Callable[[str], bool] = is_secret) -> dict[str, t.Any]:
    """The values with every secret in them replaced, for a diff or a result."""
    return {key: HIDDEN if is_hidden(str(key)) else _show(value, is_hidden) for key, value in values.items()}


def _show(value: t.Any, is_hidden: t.Callable[[str], bool]) -> t.Any:
    if isinstance(value, t.Mapping):
        return show(value, is_hidden)
    if isinstance(value, list):
        return [_show(nested, is_hidden) for nested in value]
    return value


def secret_values(values: t.Any, is_hidden: t.Callable[[str], bool] = is_secret) -> set[str]:
    """Every secret string in a free-form option, for Ansible to keep out of its output."""
    if isinstance(values, list):
        return {secret for value in values for secret in secret_values(value, is_hidden)}
    if not isinstance(values, t.Mapping):
        return set()
    found: set[str] = set()
    for key, value in values.items():
        found |= _strings(value) if is_hidden(str(key)) else secret_values(value, is_hidden)
    return found


def _strings(value: t.Any) -> set[str]:
    if isinstance(value, t.Mapping):
        return {text for nested in value.values() for text in _strings(nested)}
    if isinstance(value, list):
        return {text for nested in value for text in _strings(nested)}
    # Strings only: a number or a boolean under such a name is a setting.
    if isinstance(value, str) and len(value) >= _SHORTEST_SECRET and not value.startswith(ENVIRONMENT):
        return {value}
    return set()
