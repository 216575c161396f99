# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that all modules for Open WebUI have."""

from __future__ import annotations

from . import way_in


class ModuleDocFragment:
    """The way to Open WebUI, and its administrator."""

    # Put together, hence annotated: a plain assignment is to be one literal, says ansible-test.
    DOCUMENTATION: str = (
        way_in.options(
            "Open WebUI", namespace="open-webui", label_selector="app.kubernetes.io/component=open-webui", port=8080
        )
        + r"""
  admin_email:
    description:
      - E-mail address of an administrator of Open WebUI.
      - This or O(token) is needed. With both, the token is tried first.
    type: str
  admin_password:
    description: Password of O(admin_email).
    type: str
  token:
    description:
      - Token of an administrator, as M(llmops.bedrock.open_webui_session) returns it, instead of O(admin_email) and
        O(admin_password).
    type: str
  wait_timeout:
    description:
      - Seconds to wait when Open WebUI refuses a further sign-in. It allows each account 15 in 3 minutes, and those
        that succeed count.
      - With V(0) the module fails at once.
    type: int
    default: 200
  timeout:
    description: Seconds to wait for an answer, at least 15.
    type: int
    default: 60
requirements:
  - kubernetes (Python), for the option O(kubernetes) only
notes:
  - Made for Open WebUI 0.11 and 0.12.
  - Each task signs in once, or not at all with O(token).
"""
    )

    ACTIONGROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/llmops.bedrock.open_webui) in C(module_defaults) to set the way to Open WebUI once.
    support: full
    membership:
      - llmops.bedrock.open_webui
"""
