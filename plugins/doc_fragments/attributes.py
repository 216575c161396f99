# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of what a module promises about check mode and diff."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes of modules."""

    # For modules that change something.
    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Predicts the result without a write.
    support: full
  diff_mode:
    description: Shows the resource before and after, without its secrets.
    support: full
"""

    # For modules that only read.
    INFO = r"""
attributes:
  check_mode:
    description: Predicts the result without a write.
    support: full
    details:
      - This module only reads.
  diff_mode:
    description: Shows the resource before and after, without its secrets.
    support: N/A
    details:
      - This module only reads.
"""
