# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules for LiteLLM share: the way to LiteLLM, and secrets kept out of logs. Private to this collection."""

from __future__ import annotations

import json
import typing as t

from ansible.module_utils.basic import AnsibleModule  # type: ignore[import-untyped]

from .._kubernetes.connection import KubernetesError
from .._rest import way_in
from .api import Deployments
from .client import LiteLLMClient
from .masking import is_secret_info, secret_values

_OPTIONS: dict[str, dict[str, t.Any]] = {
    **way_in.options(namespace="litellm", label_selector="app.kubernetes.io/name=litellm", port=4000),
    "api_key": {"type": "str", "required": True, "no_log": True},
}


class LiteLLMModule(AnsibleModule):  # type: ignore[misc]
    """An AnsibleModule with the options of the way in, which knows the secrets inside free-form options."""

    def __init__(self, argument_spec: dict[str, t.Any], **settings: t.Any) -> None:
        settings["mutually_exclusive"] = [*way_in.ONE_WAY, *settings.get("mutually_exclusive", [])]
        settings["required_one_of"] = [*way_in.ONE_WAY, *settings.get("required_one_of", [])]
        super().__init__(argument_spec={**_OPTIONS, **argument_spec}, supports_check_mode=True, **settings)
        self.no_log_values.update(_secrets(self.params))  # dictionaries that were given as text are parsed only now

    def _load_params(self) -> None:
        # Ansible logs the invocation while it builds the module, and echoes it when an option is wrong: both before
        # the first line of a module runs. Here the options are known for the first time.
        super()._load_params()
        self.no_log_values.update(_secrets(self.params))

    def deployments(self) -> Deployments:
        """The deployments of the LiteLLM that the options lead to. Fails the module where there is no such way."""
        return Deployments(self.client())

    def client(self) -> LiteLLMClient:
        """The LiteLLM that the options lead to. Fails the module where there is no such way."""
        try:
            return LiteLLMClient(
                way_in.transport(self.params),
                self.params["api_key"],
                timeout=self.params["timeout"],
                secrets={*self.no_log_values, *_secrets(self.params)},
            )
        except (KubernetesError, ValueError) as error:
            self.fail_json(msg=str(error))
            raise  # for the type checker: fail_json does not return


def _secrets(params: t.Any) -> set[str]:
    """Secret strings of litellm_params and model_info, at the top and in each member of models."""
    if not isinstance(params, t.Mapping):
        return set()
    members = params.get("models")
    found: set[str] = set()
    for options in (params, *(members if isinstance(members, list) else ())):
        if isinstance(options, t.Mapping):
            found |= secret_values(_mapping(options.get("litellm_params")))
            found |= secret_values(_mapping(options.get("model_info")), is_secret_info)
    return found


def _mapping(value: t.Any) -> t.Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None
