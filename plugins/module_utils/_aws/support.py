# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the installed boto3 knows what a module calls. Private to this collection."""

from __future__ import annotations

import typing as t

from .calls import AWSCallError


def require_operations(client: t.Any, *operations: str) -> None:
    """Raise AWSCallError when boto3 is older than an operation. operations: as in the API (CreateCustomModel)."""
    model = client.meta.service_model
    missing = [operation for operation in operations if operation not in model.operation_names]
    if missing:
        raise AWSCallError(
            message=f"The installed boto3 is too old: it does not know {', '.join(missing)} of {model.service_id}. "
            "Remedy: pip install --upgrade boto3, for the Python that runs Ansible's modules"
        )
