"""A module that takes a list of models and does nothing: what Ansible itself needs for such a list."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

if __name__ == "__main__":
    AnsibleModule(argument_spec={"models": {"type": "list", "elements": "dict"}}).exit_json(changed=False)
