# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for LiteLLM deployments: pure, no I/O. Private to this collection.

A row, as found, is what ``selection`` says.
"""

from __future__ import annotations

from ..._resource import Plan, Resource
from .comparison import differences
from .desired import Deployment
from .selection import refuse_config_row

# ``calls`` is imported where something is to be written: Ansible compiles what is imported each time that a module
# runs, and most runs change nothing.


def plan_present(wanted: Deployment, found: Resource | None, leftover: Resource | None = None) -> Plan:
    """Plan for a deployment that is to exist; what the user did not set stays as it is, unless ``exact`` removes it.

    leftover: a second row of the deployment, which goes. Raises Refused where a secret would be lost.
    """
    if found is not None:
        refuse_config_row(found)
        if leftover is None and not differences(wanted, found):
            # Most of a long list: its rows are shown in no diff, and to mask each takes as long as to compare it.
            stays = {name: found[name] for name in ("id", "model_name", "blocked")}
            return Plan(stays, stays)
    from .calls import to_change, to_create  # noqa: PLC0415

    return to_create(wanted) if found is None else to_change(wanted, found, leftover)


def plan_absent(found: Resource | None, leftover: Resource | None = None) -> Plan:
    """Plan for a deployment that is not to exist. Raises Refused for one of the configuration file."""
    if found is None:
        return Plan(None, None)
    refuse_config_row(found)
    from .calls import to_delete  # noqa: PLC0415

    return to_delete(found, leftover)
