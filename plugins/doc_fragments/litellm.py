# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that all modules for LiteLLM have."""

from __future__ import annotations

from . import way_in


class ModuleDocFragment:
    """The way to LiteLLM."""

    # Put together, hence annotated: a plain assignment is to be one literal, says ansible-test.
    DOCUMENTATION: str = (
        way_in.options(
            "LiteLLM",
            namespace="litellm",
            label_selector="app.kubernetes.io/name=litellm",
            port=4000,
            about_url=", with its path prefix if it has one",
            environment="LITELLM_PROXY_URL",
        )
        + r"""
  api_key:
    description:
      - LiteLLM's master key, or a key of a proxy admin.
      - The environment variable E(LITELLM_PROXY_API_KEY) is used where this is not set.
    type: str
    required: true
  timeout:
    description:
      - Seconds to wait for an answer. LiteLLM reads every model again with each write, so that a write takes longer the
        more models there are.
    type: int
    default: 60
requirements:
  - kubernetes (Python), for the option O(kubernetes) only
notes:
  - Reads are repeated when LiteLLM is overloaded or not to be reached. A write is repeated only after it was seen that
    it did not take effect.
"""
    )

    ACTIONGROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/llmops.bedrock.litellm) in C(module_defaults) to set the way to LiteLLM once.
    support: full
    membership:
      - llmops.bedrock.litellm
"""
