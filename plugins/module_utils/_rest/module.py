# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules of a REST service have in common. Private to this collection."""

from __future__ import annotations

import json
import typing as t

from ansible.module_utils.basic import AnsibleModule  # type: ignore[import-untyped]

from .._kubernetes.connection import KubernetesError
from . import way_in
from .secrets import IsSecret, secret_values
from .transport import Transport

# The verbosity from which on Ansible shows a task's options.
_ECHO_SHOWN = 3


class RestModule(AnsibleModule):  # type: ignore[misc]
    """An AnsibleModule with a way to its service, which knows the secrets inside free-form options.

    options: those of the service. free_form: option -> which names inside it are secret; at the top, and in the members
    of an option that is a list.
    """

    options: t.ClassVar[dict[str, dict[str, t.Any]]]
    free_form: t.ClassVar[dict[str, IsSecret]]

    def __init__(self, argument_spec: dict[str, t.Any], **settings: t.Any) -> None:
        for rule in ("mutually_exclusive", "required_one_of"):
            settings[rule] = [*way_in.ONE_WAY, *settings.get(rule, [])]
        super().__init__(argument_spec={**self.options, **argument_spec}, supports_check_mode=True, **settings)
        self._keep_secrets()  # dictionaries that were given as text are parsed only now

    def _load_params(self) -> None:
        # Ansible logs the invocation while it builds the module, and echoes it when an option is wrong: both before
        # the first line of a module runs. Here the options are known for the first time.
        super()._load_params()
        self._keep_secrets()
        if self.params.get("kubernetes") is not None:
            # The other way is chosen: an address in the environment would be a second one.
            self.argument_spec["url"] = {"type": "str"}

    def _keep_secrets(self) -> None:
        self.no_log_values.update(free_form_secrets(self.params, self.free_form))

    def exit_json(self, **result: t.Any) -> t.NoReturn:
        """As usual, but members of lists are in the echo of the options only from -vvv on, where it is shown.

        Ansible scans, sends and copies that echo several times: 80 ms with 500 models, as much as to compare them.
        """
        if self._verbosity < _ECHO_SHOWN:
            echoed = {name: value for name, value in self.params.items() if not _members(value)}
            result.setdefault("invocation", {"module_args": echoed})
        super().exit_json(**result)
        raise AssertionError("exit_json does not return")

    def transport(self) -> Transport:
        """The way that the options lead to. Fails the module where there is none."""
        try:
            return way_in.transport(self.params)
        except (KubernetesError, ValueError) as error:
            self.fail_json(msg=str(error))
            raise  # for the type checker: fail_json does not return


def _members(value: t.Any) -> list[dict[str, t.Any]]:
    """The dictionaries in an option that is a list, also of one that was given as JSON, which Ansible refuses."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def free_form_secrets(params: t.Any, free_form: t.Mapping[str, IsSecret]) -> set[str]:
    """Secret strings inside free-form options."""
    if not isinstance(params, dict):
        return set()
    found: set[str] = set()
    for options in (params, *(member for value in params.values() for member in _members(value))):
        for name, is_secret in free_form.items():
            found |= secret_values(options.get(name), is_secret)
    return found
