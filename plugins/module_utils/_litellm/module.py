# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules for LiteLLM share: the way to LiteLLM, and secrets kept out of logs. Private to this collection."""

from __future__ import annotations

from ansible.module_utils.basic import env_fallback  # type: ignore[import-untyped]

from .._rest import way_in
from .._rest.module import RestModule
from .client import LiteLLMClient
from .masking import is_secret, is_secret_info
from .models.api import Deployments


class LiteLLMModule(RestModule):
    """A module with the way to LiteLLM."""

    options = {
        **way_in.options(
            namespace="litellm",
            label_selector="app.kubernetes.io/name=litellm",
            port=4000,
            environment="LITELLM_PROXY_URL",
        ),
        "api_key": {
            "type": "str",
            "required": True,
            "no_log": True,
            "fallback": (env_fallback, ["LITELLM_PROXY_API_KEY"]),
        },
    }
    free_form = {"litellm_params": is_secret, "model_info": is_secret_info, "metadata": is_secret_info}

    def deployments(self) -> Deployments:
        """The deployments of the LiteLLM that the options lead to. Fails the module where there is no such way."""
        return Deployments(self.client())

    def client(self) -> LiteLLMClient:
        """The LiteLLM that the options lead to. Fails the module where there is no such way."""
        return LiteLLMClient(
            self.transport(), self.params["api_key"], timeout=self.params["timeout"], secrets=self.no_log_values
        )
