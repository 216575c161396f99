# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a call or a wait can fail, and how a module tells it. Private to this collection."""

from __future__ import annotations

import typing as t

from .calls import AWSCallError


class WaitFailed(Exception):
    """It did not become what was waited for. The message says what it is now, why, and what to do."""


def code_of(error: AWSCallError) -> str:
    """AWS's own code of the error, ConflictException for example; empty when AWS did not answer at all."""
    response = getattr(error.exception, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def text_of(error: AWSCallError) -> str:
    """What AWS says besides the code."""
    response = getattr(error.exception, "response", None) or {}
    return str(response.get("Error", {}).get("Message", ""))


def explained(error: AWSCallError, explanation: str) -> AWSCallError:
    """The same error with what the user can do about it."""
    return AWSCallError(message=f"{error.message}. {explanation}", exception=error.exception)


def fail(module: t.Any, error: Exception, **told: t.Any) -> t.NoReturn:
    """End the module with what is known by then: what was made exists, whatever came after it."""
    if isinstance(error, AWSCallError) and error.exception:
        module.fail_json_aws(error.exception, msg=error.message, **told)
    module.fail_json(msg=str(error), **told)
    raise AssertionError("fail_json does not return")
