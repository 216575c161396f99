# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as LiteLLM needs them, and when two of them are the same. Private to this collection."""

from __future__ import annotations

import json
import math
import re
import typing as t

from ..._resource import HIDDEN, Refused
from ..._rest.secrets import ENVIRONMENT

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
# Parameters that the old update removes when they are not sent. It keeps those that LiteLLM declares, some 280 by now
# and more with each release: whatever is not in this list needs another row to be gone.
STRIPPED_BY_UPDATE = frozenset(
    {
        "additional_drop_params",
        "allowed_openai_params",
        "extra_body",
        "extra_headers",
        "frequency_penalty",
        "max_completion_tokens",
        "max_parallel_requests",
        "max_tokens",
        "num_retries",
        "order",
        "presence_penalty",
        "reasoning_effort",
        "response_format",
        "seed",
        "stop",
        "stream",
        "temperature",
        "thinking",
        "top_k",
        "top_p",
        "weight",
    }
)
# What LiteLLM 1.84 to 1.109 adds to model_info when a deployment is read: its state, and what its price list says.
_ADDED = frozenset(
    {
        "access_via_team_ids",
        "blocked",
        "created_at",
        "created_by",
        "db_model",
        "default_reasoning_effort",
        "direct_access",
        "id",
        "key",
        "litellm_provider",
        "member_auto_router",
        "mode",
        "off_peak_pricing",
        "output_vector_size",
        "pricing_overrides",
        "prompt_cache_min_tokens",
        "provider_specific_entry",
        "rpm",
        "thinking_always_on",
        "tiered_pricing",
        "tpm",
        "updated_at",
        "updated_by",
        "use_openai_responses_path",
        "uses_embed_content",
        "web_search_billing_unit",
    }
)
_ADDED_STARTS = (
    "bedrock_",
    "gemini_",
    "max_",
    "reasoning_",
    "regional_",
    "search_",
    "supported_",
    "supports_",
    "token_count_",
    "vertex_ai_",
)
# Parameters that are checked and brought to their type, as Ansible's modules do with options.
TYPES: t.Mapping[str, str] = {
    **dict.fromkeys(RESET_BY_PATCH, "bool"),
    "api_base": "str",
    "api_key": "str",
    "aws_access_key_id": "str",
    "aws_bedrock_runtime_endpoint": "str",
    "aws_external_id": "str",
    "aws_profile_name": "str",
    "aws_region_name": "str",
    "aws_role_name": "str",
    "aws_secret_access_key": "str",
    "aws_session_name": "str",
    "aws_session_token": "str",
    "drop_params": "bool",
    "input_cost_per_token": "float",
    "litellm_credential_name": "str",
    "max_budget": "float",
    "max_completion_tokens": "int",
    "max_parallel_requests": "int",
    "max_retries": "int",
    "max_tokens": "int",
    "model": "str",
    "model_id": "str",
    "num_retries": "int",
    "order": "int",
    "output_cost_per_token": "float",
    "rpm": "int",
    "stream": "bool",
    "stream_timeout": "float",
    "tags": "list",
    "temperature": "float",
    "timeout": "float",
    "top_p": "float",
    "tpm": "int",
    "weight": "float",
}
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
    kind = TYPES.get(name)
    if value is None or (isinstance(value, str) and value.startswith(ENVIRONMENT)):
        return value
    if kind in ("int", "float"):
        return _number(name, value, whole=kind == "int")
    if isinstance(value, str) and "cost" in name.split("_"):
        return _number(name, value, whole=False)
    if kind == "bool":
        return _boolean(name, value)
    if kind == "str" and not isinstance(value, str):
        # Not the value: it may be a secret.
        raise Refused(f"litellm_params.{name} must be a text, not a {type(value).__name__}. Put it into quotes.")
    if kind == "list" and not isinstance(value, list):
        raise Refused(f"litellm_params.{name} must be a list, not {value!r}. Example: [{value}].")
    return value


def _number(name: str, value: t.Any, *, whole: bool) -> int | float:
    number = value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = float(value)
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
        raise Refused(f"litellm_params.{name} must be a number, not {value!r}. Example: {name}: 1.")
    if number != int(number):
        if whole:
            raise Refused(f"litellm_params.{name} must be a whole number, not {value!r}.")
        return number
    # 30 and 30.0 are the same to LiteLLM; a whole number reads better in a diff.
    return int(number)


def _boolean(name: str, value: t.Any) -> bool:
    truth = value if isinstance(value, bool) else _TRUTH.get(str(value).lower())
    if truth is None:
        raise Refused(f"litellm_params.{name} must be true or false, not {value!r}.")
    return truth


def same(name: str, wanted: t.Any, found: t.Any) -> bool:
    """Whether the value found under a name is the one that is wanted."""
    if type(wanted) is type(found) and wanted == found and not isinstance(wanted, (dict, list)):
        return True  # most, and at once
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
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(_equal(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_equal, wanted, found))
    return bool(wanted == found)


def added_by_litellm(key: str) -> bool:
    """Whether LiteLLM puts this key into model_info itself when a deployment is read."""
    return key in _ADDED or key.startswith(_ADDED_STARTS) or "cost" in key.split("_")
