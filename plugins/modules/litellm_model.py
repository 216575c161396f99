#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_model
version_added: 0.1.0
short_description: Manage the models of a LiteLLM proxy
description:
  - Creates, changes and deletes deployments of models in the database of a LiteLLM proxy, one or a list of them.
  - A deployment has a fixed ID, made of O(model_name) and O(deployment) unless O(id) is given. Another backend, region
    or parameter is therefore a change of the deployment, and a creation that was cut off cannot leave a second one.
  - Only what is set here is compared and changed. What others set on the same deployment stays, unless O(exact) says
    that it goes.
  - LiteLLM does not show secrets again. Their salted fingerprints are kept in C(model_info), so that a changed secret
    is noticed and an unchanged one is no change.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the deployment exists.
    type: str
    choices: [present, absent]
    default: present
  model_name:
    description:
      - Name that applications ask for.
      - Several deployments of one name share its requests.
      - One of O(model_name), O(id) and O(models) is needed.
    type: str
  deployment:
    description: Tells several deployments of one O(model_name) apart. V(default) when it is not set.
    type: str
  id:
    description:
      - ID of the deployment in LiteLLM, up to 200 letters, digits, dots, underscores, colons and hyphens.
      - Needed only to manage a deployment that has an ID already, or to choose one.
    type: str
  litellm_params:
    description:
      - Parameters of the deployment. Required when O(state=present).
      - Those below are checked and brought to their type, so that a number may be a string, as templates make it.
        Every other parameter of LiteLLM, and of the model, is passed on as it is.
      - A parameter that is not named keeps its value, unless O(exact). Prices, C(cache_control_injection_points) and
        C(litellm_credential_name) are removed with null.
    type: dict
    suboptions:
      model:
        description:
          - Provider and model, for example C(bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0), or for
            provisioned throughput C(bedrock/<base model>). Needed.
        type: str
      model_id:
        description:
          - 'ARN of what is called in the place of O(litellm_params.model): provisioned throughput, an inference
            profile, a fine-tuned or imported model. O(litellm_params.model) still tells the family.'
        type: str
      aws_region_name:
        description: AWS region in which Bedrock is called. That of LiteLLM itself when it is not set.
        type: str
      aws_role_name:
        description: ARN of an IAM role that LiteLLM takes on for this deployment.
        type: str
      aws_session_name:
        description: Name of the session of O(litellm_params.aws_role_name).
        type: str
      aws_external_id:
        description: External ID that the trust policy of O(litellm_params.aws_role_name) asks for.
        type: str
      aws_bedrock_runtime_endpoint:
        description: Address of Bedrock's runtime, such as that of a VPC endpoint.
        type: str
      litellm_credential_name:
        description:
          - Name of a credential of LiteLLM, from which secrets are taken; see M(llmops.bedrock.litellm_credential).
        type: str
      api_key:
        description: Key of a provider that wants one. Bedrock does not. Better C(os.environ/NAME), or a credential.
        type: str
      api_base:
        description: Address of a provider that is not at its usual place.
        type: str
      weight:
        description:
          - 'Share of the requests among the deployments of O(model_name). Set it on all of them: one without it counts
            0.'
        type: float
      order:
        description: Deployments of a lower number are asked first, others when those fail or are full.
        type: int
      rpm:
        description: Requests a minute.
        type: int
      tpm:
        description: Tokens a minute.
        type: int
      max_parallel_requests:
        description: Requests at the same time.
        type: int
      timeout:
        description: Seconds until a request fails.
        type: float
      stream_timeout:
        description: Seconds until a streamed request fails.
        type: float
      max_retries:
        description: Further tries of the provider's client.
        type: int
      num_retries:
        description: Further tries of LiteLLM.
        type: int
      max_tokens:
        description: Tokens of an answer, where the request does not say.
        type: int
      temperature:
        description: Temperature, where the request does not say.
        type: float
      drop_params:
        description: Whether parameters that the model does not know are dropped from a request, instead of an error.
        type: bool
      input_cost_per_token:
        description: Price of a token that goes in, in US dollars, where LiteLLM's price list is not right.
        type: float
      output_cost_per_token:
        description: Price of a token that comes out, in US dollars.
        type: float
      tags:
        description: Tags for LiteLLM's tag-based routing. Their order makes no difference.
        type: list
        elements: str
  model_info:
    description:
      - Information about the deployment, such as C(mode), C(base_model) and C(access_groups). Every user of the model
        can read it.
      - A key that is not named keeps its value.
    type: dict
  blocked:
    description: Whether LiteLLM refuses requests to the deployment. Left alone when this is not set.
    type: bool
  adopt:
    description:
      - Whether a deployment of that name, made by other hands, is taken over.
      - Without it, such a deployment lets the module fail, and is not deleted.
      - With O(state=absent), a single such deployment is deleted. Where there is one that this module made, too, the
        module fails, because the next run would delete the second one.
    type: bool
    default: false
  update_secrets:
    description:
      - When parameters that LiteLLM does not show are written to a deployment that exists. These are secrets and
        references such as C(os.environ/NAME).
      - V(auto) writes them when their fingerprint differs, and once when there is none.
      - V(always) writes them, and reports a change, each time.
      - V(on_create) leaves them as they are.
    type: str
    choices: [auto, always, on_create]
    default: auto
  exact:
    description:
      - Whether parameters and keys of O(model_info) that are stored and not named here are removed. What LiteLLM adds
        to C(model_info) itself, such as C(mode) and the model's limits, is not seen as stored.
      - Parameters of a request, such as C(max_tokens), as well as C(weight), C(order) and prices are removed by a
        change of the deployment. Others, such as C(rpm) and C(api_base), and keys of C(model_info), stay in a
        deployment for good, so that it is made anew; see O(recreate).
      - Refused, before anything is written, where a secret would be lost that is stored and not given here.
    type: bool
    default: false
    version_added: 0.3.0
  recreate:
    description:
      - How a deployment is made anew, when O(exact) has to remove what LiteLLM's interface cannot.
      - With V(in_place), it is deleted and created again under its ID. Requests for it fail for about a second, unless
        O(model_name) has another deployment.
      - With V(create_first), the new one is created, under a second ID, before the old one is deleted. Not with O(id).
    type: str
    choices: [in_place, create_first]
    default: in_place
    version_added: 0.3.0
  models:
    description:
      - Deployments to manage in one run, which takes one listing of LiteLLM for all.
      - Nothing is written when one of them is refused.
    type: list
    elements: dict
    suboptions:
      state:
        description: As O(state).
        type: str
        choices: [present, absent]
        default: present
      model_name:
        description: As O(model_name).
        type: str
      deployment:
        description: As O(deployment).
        type: str
      id:
        description: As O(id).
        type: str
      litellm_params:
        description: As O(litellm_params).
        type: dict
      model_info:
        description: As O(model_info).
        type: dict
      blocked:
        description: As O(blocked).
        type: bool
      adopt:
        description: As O(adopt).
        type: bool
        default: false
      update_secrets:
        description: As O(update_secrets).
        type: str
        choices: [auto, always, on_create]
        default: auto
      exact:
        description: As O(exact).
        type: bool
        default: false
        version_added: 0.3.0
      recreate:
        description: As O(recreate).
        type: str
        choices: [in_place, create_first]
        default: in_place
        version_added: 0.3.0
  purge:
    description:
      - Whether deployments that O(managed_by) made and O(models) does not name are deleted.
      - Deployments without that mark, and those of LiteLLM's configuration file, are never touched.
    type: bool
    default: false
  managed_by:
    description:
      - Name of the list, team or automation that manages the deployments. It is noted in their C(model_info).
      - Required by O(purge).
    type: str
    aliases: [purge_scope]
  wait_timeout:
    description:
      - Seconds until what was written must be seen in LiteLLM. With several workers or pods, each reads the database
        again every 30 seconds.
    type: int
    default: 35
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes
notes:
  - Tested with LiteLLM 1.84.0, 1.106.2 and 1.109.1.
  - LiteLLM 1.84 cannot block a deployment, so that O(blocked=true) is refused there. It removes a price only with
    O(exact=true), by making the deployment anew.
  - With several pods, each reads the database every 30 seconds. A deployment that one of them has just deleted or
    changed may be seen by another as it was; run again after that time.
  - LiteLLM 1.84 does not check whether the credential that C(litellm_credential_name) names exists. It shows secrets
    of 8 characters and less to whoever may list the models.
  - A LiteLLM without a database, or without C(STORE_MODEL_IN_DB=True), keeps no models. The module says so.
seealso:
  - module: llmops.bedrock.litellm_model_info
  - module: llmops.bedrock.litellm_credential
  - module: llmops.bedrock.litellm_fallback
"""

EXAMPLES = r"""
- name: Claude on Bedrock, through LiteLLM's public address
  llmops.bedrock.litellm_model:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    model_name: claude-sonnet
    litellm_params:
      model: bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0
      aws_region_name: us-west-2
    model_info:
      mode: chat

- name: Provisioned throughput first, on demand when it is full, through the Kubernetes API
  llmops.bedrock.litellm_model:
    kubernetes:
      kubeconfig: ~/.kube/config
      namespace: litellm
    api_key: "{{ litellm_master_key }}"
    managed_by: platform
    purge: true
    models:
      - model_name: nova-pro
        deployment: provisioned
        litellm_params:
          model: bedrock/amazon.nova-pro-v1:0
          model_id: arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl
          order: 1
      - model_name: nova-pro
        deployment: on-demand
        litellm_params:
          model: bedrock/amazon.nova-pro-v1:0
          order: 2

- name: OpenAI's name for a model, served by Bedrock to applications that ask for it
  llmops.bedrock.litellm_model:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    model_name: gpt-4o
    deployment: bedrock
    litellm_params:
      model: bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0
      aws_region_name: us-west-2
      drop_params: true

- name: Nine of ten requests to OpenAI still, one to Bedrock
  llmops.bedrock.litellm_model:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    models:
      - model_name: gpt-4o-mini
        deployment: openai
        litellm_params:
          model: openai/gpt-4o-mini
          api_key: os.environ/OPENAI_API_KEY
          weight: 9
      - model_name: gpt-4o-mini
        deployment: bedrock
        litellm_params:
          model: bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0
          weight: 1

- name: No more requests to a deployment, which stays configured
  llmops.bedrock.litellm_model:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    model_name: gpt-4o-mini
    deployment: openai
    litellm_params:
      model: openai/gpt-4o-mini
    blocked: true

- name: Exactly these parameters, and no request lost while a limit is taken away
  llmops.bedrock.litellm_model:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    model_name: claude-sonnet
    litellm_params:
      model: bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0
      aws_region_name: us-west-2
    exact: true
    recreate: create_first

- name: Remove it
  llmops.bedrock.litellm_model:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    model_name: gpt-4o-mini
    deployment: openai
    state: absent
"""

RETURN = r"""
models:
  description:
    - What became of each deployment, in the order of O(models); after them what was purged.
    - When the module fails in the middle, those that were done.
  returned: success, and failure after the first write
  type: list
  elements: dict
  contains:
    id:
      description: ID of the deployment in LiteLLM.
      returned: always
      type: str
      sample: 5f0c2f0e-7a4b-5d0e-9d53-3a9e2c1f7b11
    model_name:
      description: Name that applications ask for.
      returned: always
      type: str
      sample: claude-sonnet
    action:
      description:
        - V(created), V(updated), V(recreated), V(deleted) or V(none). In check mode, what would be done.
      returned: always
      type: str
      sample: updated
    differences:
      description: Names of what differed before the deployment was updated or recreated.
      returned: when something differed
      type: list
      elements: str
      sample: [litellm_params.rpm]
    blocked:
      description: Whether LiteLLM refuses requests to the deployment.
      returned: always
      type: bool
      sample: false
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.desired import from_options
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.reconcile import Reconciler, Stopped
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused


def deployment_spec() -> dict:
    """Options of one deployment."""
    return {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "model_name": {"type": "str"},
        "deployment": {"type": "str"},
        "id": {"type": "str"},
        "litellm_params": {"type": "dict"},
        "model_info": {"type": "dict"},
        "blocked": {"type": "bool"},
        "adopt": {"type": "bool", "default": False},
        "update_secrets": {
            "type": "str",
            "choices": ["auto", "always", "on_create"],
            "default": "auto",
            "no_log": False,
        },
        "exact": {"type": "bool", "default": False},
        "recreate": {"type": "str", "choices": ["in_place", "create_first"], "default": "in_place"},
    }


def main() -> None:
    one = deployment_spec()
    module = LiteLLMModule(
        argument_spec={
            **one,
            "models": {"type": "list", "elements": "dict", "options": deployment_spec()},
            "purge": {"type": "bool", "default": False},
            "managed_by": {"type": "str", "aliases": ["purge_scope"]},
            "wait_timeout": {"type": "int", "default": 35},
        },
        mutually_exclusive=[["models", option] for option in one],
        required_one_of=[["models", "model_name", "id"]],
        required_if=[("purge", True, ["models", "managed_by"])],
    )
    params = module.params
    scope = params["managed_by"]
    reconciler = Reconciler(module.deployments(), wait_timeout=params["wait_timeout"])
    try:
        members = [params] if params["models"] is None else params["models"]
        wanted = [from_options(member, scope) for member in members]
        steps = reconciler.steps(wanted, scope if params["purge"] else None, check_mode=module.check_mode)
        for warning in reconciler.warnings:
            module.warn(warning)
        result = reconciler.run(steps, check_mode=module.check_mode, diff=module._diff)
    except (Refused, LiteLLMError) as error:
        module.fail_json(msg=str(error))
    except Stopped as stopped:
        done = [step.summary for step in stopped.done]
        module.fail_json(msg=str(stopped), changed=any(step["action"] != "none" for step in done), models=done)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
