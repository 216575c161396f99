#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_model_access
version_added: 0.4.0
short_description: Accept and end agreements about Bedrock models
description:
  - Accepts the terms of foundation models for the AWS account, or ends the agreements, and hands in the use-case form
    that Anthropic's models ask for.
  - Without an agreement AWS makes one at the first call of a model, if the caller has rights to AWS Marketplace. Where
    it was made beforehand, the gateway's role needs no such rights.
  - Agreements of several models are made at the same time, and waited for together.
author: Contributors to llmops.bedrock (@llmops)
options:
  model_ids:
    description:
      - IDs of foundation models.
      - An inference profile's ID stands for the foundation model behind it, and an ID with a context size, which
        throughput is bought for, for its model.
    type: list
    elements: str
    required: true
  state:
    description:
      - Whether the models have an agreement.
      - Amazon's own models are available without one. V(absent) changes nothing about them, with a warning.
    type: str
    choices: [present, absent]
    default: present
  accept_eula:
    description:
      - Whether the terms are accepted. Required where an agreement is to be made.
      - Check mode shows where they stand (RV(model_access[].legal_terms_url)) and what the model costs
        (RV(model_access[].rate_card)).
    type: bool
    default: false
  offer_id:
    description:
      - Which offer to accept, where AWS has several for a model, a private one for example.
      - Takes exactly one member in O(model_ids).
      - An agreement that exists is left alone, whatever offer it was made under.
    type: str
  use_case:
    description:
      - The use-case form, in the API's words. C(companyName), C(companyWebsite), C(intendedUsers), C(industryOption),
        C(otherIndustryOption) and C(useCases) are what the console asks for.
      - It is handed in once an account, and compared by its content afterwards. AWS has no way to change or delete it,
        so that another form than that of the account is an error.
      - As JSON it has 10 to 16384 bytes.
      - Not used with O(state=absent).
    type: dict
  wait:
    description: Whether to wait until the agreements are in force or gone.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait for all models together. AWS can take 15 minutes.
    type: int
    default: 900
  wait_delay:
    description: Seconds between two looks at a model.
    type: int
    default: 10
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Predicts the result without a write. Terms that are not accepted are an error there, too.
    support: full
  diff_mode:
    description: Shows the access before and after, with the terms and the rate card.
    support: full
notes:
  - "Rights: C(bedrock:GetFoundationModelAvailability), C(bedrock:ListFoundationModelAgreementOffers),
    C(bedrock:CreateFoundationModelAgreement), C(bedrock:DeleteFoundationModelAgreement),
    C(aws-marketplace:Subscribe), C(aws-marketplace:Unsubscribe), C(aws-marketplace:ViewSubscriptions). With
    O(use_case) also C(bedrock:GetUseCaseForModelAccess) and C(bedrock:PutUseCaseForModelAccess)."
  - The twin that reads is M(llmops.bedrock.bedrock_foundation_model_info).
seealso:
  - module: llmops.bedrock.bedrock_foundation_model_info
"""

EXAMPLES = r"""
- name: What would be agreed to, and at which price?
  llmops.bedrock.bedrock_model_access:
    model_ids: [anthropic.claude-sonnet-5-5]
    accept_eula: true
    region: us-west-2
  check_mode: true
  diff: true

- name: The account may use these models
  llmops.bedrock.bedrock_model_access:
    model_ids: [anthropic.claude-sonnet-5-5, cohere.embed-v4:0]
    accept_eula: true
    use_case:
      companyName: Example
      companyWebsite: https://www.example.com
      intendedUsers: "0"
      industryOption: Education
      otherIndustryOption: ""
      useCases: Answers to the questions of our staff.
    region: us-west-2

- name: This one is not used any more
  llmops.bedrock.bedrock_model_access:
    model_ids: [cohere.embed-v4:0]
    state: absent
    region: us-west-2
"""

RETURN = r"""
model_access:
  description: One row a foundation model, in the order of O(model_ids).
  returned: always, but for input that is refused at once
  type: list
  elements: dict
  contains:
    model_id:
      description: ID of the foundation model.
      returned: always
      type: str
      sample: anthropic.claude-sonnet-5-5
    agreement:
      description: Status of the agreement, C(AVAILABLE), C(PENDING), C(NOT_AVAILABLE) or C(ERROR) for example.
      returned: always
      type: str
      sample: AVAILABLE
    error_message:
      description: What AWS says about an agreement that failed. Null otherwise.
      returned: always
      type: str
      sample: null
    authorized:
      description: Whether the account may use the model.
      returned: always
      type: bool
      sample: true
    entitled:
      description: Whether the account is entitled to the model.
      returned: always
      type: bool
      sample: true
    region_available:
      description: Whether the model is available in the region.
      returned: always
      type: bool
      sample: true
    legal_terms_url:
      description: Where the terms stand that were accepted by this run. Null where there was nothing to accept.
      returned: always
      type: str
      sample: https://aws.amazon.com/legal/bedrock/third-party-models/
    rate_card:
      description: Prices of the offer that was accepted by this run. Empty where there was nothing to accept.
      returned: always
      type: list
      elements: dict
      contains:
        dimension:
          description: What is counted.
          returned: always
          type: str
          sample: USW2_InputTokenCount
        price:
          description: The price of one unit.
          returned: always
          type: str
          sample: "0.003"
        description:
          description: The price in words.
          returned: always
          type: str
          sample: Million Input Tokens
        unit:
          description: What one unit is.
          returned: always
          type: str
          sample: 1K tokens
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: always, but for input that is refused at once
  type: list
  elements: str
  sample: ["hand in use case form", "make agreement"]
progress:
  description: Each new status of a model that was seen while waiting.
  returned: always, but for input that is refused at once
  type: list
  elements: dict
  contains:
    status:
      description: The model and the status of its agreement.
      returned: always
      type: str
      sample: "anthropic.claude-sonnet-5-5: PENDING"
    after_seconds:
      description: Seconds since the wait began.
      returned: always
      type: int
      sample: 20
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import WaitFailed, fail
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import access
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import access as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api.foundation_models import availabilities_of
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.wait_options import check_wait
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused, carry_out, merge

_SPEC = {
    "model_ids": {"type": "list", "elements": "str", "required": True},
    "state": {"choices": ["present", "absent"], "default": "present"},
    "accept_eula": {"type": "bool", "default": False},
    "offer_id": {},
    "use_case": {"type": "dict"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 900},
    "wait_delay": {"type": "int", "default": 10},
}
_FORM = "use case form"


class ModelAccess:
    """The models that the options name: how to read their access, change it and wait for it."""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.module, self.params = module, module.params
        self.present = self.params["state"] == "present"
        self.form = self.params["use_case"] if self.present else None
        check_wait(self.params)
        if self.form is not None:
            access.form_data(self.form)
        self.model_ids = access.foundation_models(self.params["model_ids"], self.params["offer_id"], module.region)
        self.client = module.client("bedrock")
        require_operations(self.client, *api.OPERATIONS)
        self.progress = api.progress_of_agreements(module.log)
        # What is known so far, also for a run that fails.
        self.result = {"changed": False, "calls": [], "model_access": [], "progress": self.progress.seen}

    def read(self, model_ids):
        found = availabilities_of(self.client, model_ids)
        return {model_id: access.row_of(model_id, found[model_id]) for model_id in model_ids}

    def plans(self):
        """Label -> plan. All are made before the first write, so that nothing is done when one is refused."""
        rows = self.read(self.model_ids)
        plans = {}
        if self.form is not None:
            plans[_FORM] = access.plan_use_case(self.form, api.use_case_of(self.client))
        return {**plans, **{model_id: self.plan(row) for model_id, row in rows.items()}}

    def plan(self, row):
        if not self.present:
            return access.plan_absent(row)
        offers = api.offers_for(self.client, row["model_id"]) if access.wants_offers(row) else []
        options = {key: self.params[key] for key in ("accept_eula", "offer_id", "wait")}
        return access.plan_present(row, offers, region=self.module.region, **options)

    def execute(self, call):
        api.execute(self.client, call)
        self.result["changed"] = True
        self.result["calls"].append(call.name)

    def carry_out(self):
        """Make all calls, then wait once for all that AWS works on, then read what came out of it."""
        plans, check_mode = self.plans(), self.module.check_mode
        self.result["model_access"] = [dict(plan.before) for label, plan in plans.items() if label != _FORM]
        results = {
            label: carry_out(plan, check_mode=check_mode, execute=self.execute, read=lambda plan=plan: plan.after)
            for label, plan in plans.items()
        }
        merged = merge(results)
        self.result.update(changed=merged["changed"], calls=merged["calls"], diff=merged["diff"])
        self.result["model_access"] = [results[model_id]["resource"] for model_id in self.model_ids]
        if not check_mode:
            self.settle(plans)

    def settle(self, plans):
        """Wait, and put what AWS says then into the result."""
        pending = [
            one for one in self.model_ids if self.present and plans[one].before["agreement"] == access.ON_ITS_WAY
        ]
        on_their_way = [one for one in self.model_ids if plans[one].calls or one in pending]
        behind = {}
        if self.params["wait"]:
            times = {"timeout": self.params["wait_timeout"], "delay": self.params["wait_delay"]}
            behind = api.wait_for_all(self.client, self.params["state"], on_their_way, progress=self.progress, **times)
        terms = ("legal_terms_url", "rate_card")
        rows = self.read(on_their_way)
        for number, one in enumerate(self.model_ids):
            if one in rows:
                self.result["model_access"][number] = {**rows[one], **{key: plans[one].after[key] for key in terms}}
        if behind:
            told = [access.unfinished(one, found, self.params["wait_timeout"]) for one, found in behind.items()]
            raise WaitFailed(" ".join(told))

    def warn(self):
        """Tell what looks done and is not."""
        for row in self.result["model_access"]:
            if self.present and row["authorized"] is False:
                self.module.warn(
                    f"{row['model_id']} is not allowed to this account, with or without an agreement: ask those who "
                    "manage the organization's models."
                )
            if not self.present and access.is_amazons(row):
                self.module.warn(
                    f"{row['model_id']} is Amazon's own and needs no agreement, so that none can be ended. To forbid "
                    "its use, deny bedrock:InvokeModel on it in IAM."
                )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, supports_check_mode=True)
    it = None
    try:
        it = ModelAccess(module)
        it.carry_out()
    except (Refused, WaitFailed, AWSCallError) as error:
        fail(module, error, **(it.result if it else {}))
    it.warn()
    module.exit_json(**it.result)


if __name__ == "__main__":
    main()
