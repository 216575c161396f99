# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as LiteLLM needs them, and when two of them are the same. Private to this collection."""

from __future__ import annotations

import json
import math
import re
import typing as t

from .._resource import HIDDEN, Refused
from .._rest.secrets import ENVIRONMENT

# PATCH resets these to false whenever litellm_params is sent without them, so that they are always sent.
RESET_BY_PATCH = (
    "allow_client_keepalive_override",
    "merge_reasoning_content_in_choices",
    "use_in_pass_through",
    "use_litellm_proxy",
    "use_xai_oauth",
)
# The only parameters that an update can remove (with null).
CLEARABLE = frozenset(
    {
        "cache_control_injection_points",
        "cache_creation_input_token_cost",
        "cache_read_input_token_cost",
        "input_cost_per_character",
        "input_cost_per_token",
        "litellm_credential_name",
        "output_cost_per_character",
        "output_cost_per_token",
        "tiered_pricing",
    }
)
_WHOLE = frozenset(
    {
        "max_completion_tokens",
        "max_parallel_requests",
        "max_retries",
        "max_tokens",
        "num_retries",
        "order",
        "rpm",
        "tpm",
    }
)
_NUMBERS = frozenset({"max_budget", "stream_timeout", "temperature", "timeout", "top_p", "weight"})
_BOOLEANS = frozenset({*RESET_BY_PATCH, "drop_params", "stream"})
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
# Their order means nothing to LiteLLM.
_UNORDERED = frozenset({"access_groups", "tags"})


def parameters(values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """litellm_params with templated strings turned into numbers and booleans where LiteLLM needs such.

    LiteLLM takes ``weight: "3"`` and then fails every request of that model. Null means "not set", but for the
    parameters that null removes. Raises Refused where a number is needed and none was given.
    """
    return {name: _typed(name, value) for name, value in values.items() if value is not None or name in CLEARABLE}


def _typed(name: str, value: t.Any) -> t.Any:
    if isinstance(value, str) and value.startswith(ENVIRONMENT):
        return value
    if name in _WHOLE or name in _NUMBERS:
        return _number(name, value, whole=name in _WHOLE)
    if isinstance(value, str) and "cost" in name.split("_"):
        return _number(name, value, whole=False)
    if isinstance(value, str) and name in _BOOLEANS:
        return _boolean(name, value)
    return value


def _number(name: str, value: t.Any, *, whole: bool) -> int | float:
    number = value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = float(value)
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
        raise Refused(f"litellm_params.{name} must be a number, not {value!r}.")
    if number != int(number):
        if whole:
            raise Refused(f"litellm_params.{name} must be a whole number, not {value!r}.")
        return number
    # 30 and 30.0 are the same to LiteLLM; a whole number reads better in a diff.
    return int(number)


def _boolean(name: str, value: str) -> bool:
    if value.lower() not in _TRUTH:
        raise Refused(f"litellm_params.{name} must be true or false, not {value!r}.")
    return _TRUTH[value.lower()]


def same(name: str, wanted: t.Any, found: t.Any) -> bool:
    """Whether the value found under a name is the one that is wanted."""
    if name in CLEARABLE and wanted is None:
        return not found  # a cleared price is read back as 0
    if name in RESET_BY_PATCH:
        return bool(wanted) is bool(found)
    if name in _UNORDERED and isinstance(wanted, list) and isinstance(found, list):
        return sorted(map(_text, wanted)) == sorted(map(_text, found))
    return _equal(wanted, found)


def _text(value: t.Any) -> str:
    return json.dumps(value, sort_keys=True)


def _equal(wanted: t.Any, found: t.Any) -> bool:
    if found == HIDDEN:
        return True  # a planner's own result, where the secret that it wrote is hidden
    if wanted is None:
        return found is None or found == "None"  # so LiteLLM answers a nested null
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(wanted, t.Mapping) and isinstance(found, t.Mapping):
        return wanted.keys() == found.keys() and all(_equal(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_equal, wanted, found))
    return bool(wanted == found)
