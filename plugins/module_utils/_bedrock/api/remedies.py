# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done about a write that AWS refused. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._aws.calls import AWSCallError
from ..._aws.failures import code_of, explained, text_of


def with_remedy(error: AWSCallError, role: str | None, remedies: t.Mapping[str, str]) -> AWSCallError:
    """The error with what the user can do. role: handed to Bedrock by the call; remedies: by AWS's code."""
    code = code_of(error)
    if role and code == "AccessDeniedException" and "iam:PassRole" in text_of(error):
        return explained(
            error,
            f"The caller may not hand the role {role} to Bedrock: allow it iam:PassRole on this role, with "
            "the condition iam:PassedToService = bedrock.amazonaws.com",
        )
    return explained(error, remedies[code]) if code in remedies else error
