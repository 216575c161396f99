# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets inside free-form values. Each service says which names are secret. Pure. Private to this collection."""

from __future__ import annotations

import json
import typing as t

from .._resource import HIDDEN

IsSecret = t.Callable[[str], bool]
# A reference to an environment variable of the service, not a secret.
ENVIRONMENT = "os.environ/"
# Ansible replaces each secret wherever it occurs in the output: shorter ones would blot out ordinary words.
_SHORTEST = 5


def show(values: t.Mapping[str, t.Any], is_secret: IsSecret) -> dict[str, t.Any]:
    """The values with every secret in them replaced, for a diff or a result."""
    return {key: HIDDEN if is_secret(str(key)) else _show(value, is_secret) for key, value in values.items()}


def _show(value: t.Any, is_secret: IsSecret) -> t.Any:
    if isinstance(value, dict):
        return show(value, is_secret)
    if isinstance(value, list):
        return [_show(nested, is_secret) for nested in value]
    return value


def secret_values(values: t.Any, is_secret: IsSecret) -> set[str]:
    """Every secret string in a free-form option, given as data or as JSON, for Ansible to keep out of its output."""
    if isinstance(values, str):
        try:
            values = json.loads(values)
        except ValueError:
            return set()
    found: set[str] = set()
    _collect(values, is_secret, found)
    return found


def _collect(values: t.Any, is_secret: IsSecret, found: set[str]) -> None:
    if isinstance(values, dict):
        for key, value in values.items():
            if is_secret(str(key)):
                found |= _strings(value)
            elif isinstance(value, (dict, list)):
                _collect(value, is_secret, found)
    elif isinstance(values, list):
        for value in values:
            _collect(value, is_secret, found)


def _strings(value: t.Any) -> set[str]:
    if isinstance(value, dict):
        return {text for nested in value.values() for text in _strings(nested)}
    if isinstance(value, list):
        return {text for nested in value for text in _strings(nested)}
    # Strings only: a number or a boolean under such a name is a setting.
    if isinstance(value, str) and len(value) >= _SHORTEST and not value.startswith(ENVIRONMENT):
        return {value}
    return set()
