#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_provisioned_throughput
version_added: 0.4.0
short_description: Buy, change and delete provisioned throughput of Amazon Bedrock
description:
  - Buys capacity of a foundation model or a custom model, waits until it is in service, renames it, moves it to another
    custom model, tags it and deletes it.
  - It is found by its name or ARN, so that a run that broke off after the purchase finds it, and buys nothing again.
  - What AWS cannot change is refused with both values. Nothing is ever bought in the place of something else.
  - What is not set is left alone on provisioned throughput that exists.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the provisioned throughput exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Its name, 1 to 63 letters, digits, hyphens and underscores.
      - With O(arn), the name that it is to have. AWS keeps names free of nobody, so several of one name are refused.
    type: str
  arn:
    description:
      - Its ARN. There must be one with it when O(state=present), as AWS chooses the ARN at a purchase.
      - One of O(name) and O(arn) is required.
    type: str
    aliases: [provisioned_model_arn]
  model_id:
    description:
      - ID or ARN of a foundation model, or name or ARN of a custom model. Required for a purchase.
      - AWS sells foundation models by a variant that ends in the length of its context,
        C(amazon.nova-lite-v1:0:24k) for example.
      - Only where it is a custom model can the model be changed, to its base model or to another one made from that.
      - It cannot be bought for an inference profile or an imported model.
    type: str
  model_units:
    description: Number of model units. Required for a purchase, and never changed after it.
    type: int
  commitment_duration:
    description:
      - The term that is paid whether it is used or not, V(none), V(OneMonth) or V(SixMonths). AWS has no other.
      - V(none) is billed by the hour, and can be deleted at any time. AWS does not sell each model so.
      - Required for a purchase, without a default, and never changed after it.
    type: str
  acknowledge_cost:
    description: That it may cost what it costs. Nothing is bought without it, in check mode neither.
    type: bool
    default: false
  price_per_unit_hour:
    description:
      - What a model unit costs an hour, as a decimal number.
      - It is only shown, in the diff and in RV(billing). Nothing is shown of a price when this is not set.
    type: str
  currency:
    description: Currency of O(price_per_unit_hour).
    type: str
    default: USD
  check_model:
    description:
      - Whether Bedrock is asked before a purchase what is to become of the model.
      - A model that is LEGACY, past its end of life or before the end of the term is refused, as is a custom model that
        is not finished.
    type: bool
    default: true
  wait:
    description:
      - Whether to wait until it is in service, or gone.
      - It is waited for in any case before it is renamed or moved while AWS is still at work on it.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait. A purchase usually takes 10 to 15 minutes.
    type: int
    default: 1800
  wait_delay:
    description: How many seconds lie between two looks at it.
    type: int
    default: 15
  tags:
    description: Its tags. They are left alone when this is not set.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags that O(tags) does not name are removed.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Makes all checks and predicts the result without a write.
    support: full
  diff_mode:
    description: Shows name, model, units, commitment and tags before and after, and at a purchase what is billed.
    support: full
notes:
  - "Rights: C(bedrock:ListProvisionedModelThroughputs), C(bedrock:GetProvisionedModelThroughput),
    C(bedrock:ListTagsForResource), C(bedrock:CreateProvisionedModelThroughput),
    C(bedrock:UpdateProvisionedModelThroughput), C(bedrock:DeleteProvisionedModelThroughput), C(bedrock:TagResource),
    C(bedrock:UntagResource); for O(check_model) C(bedrock:GetFoundationModel); for custom models
    C(bedrock:GetCustomModel)."
  - A purchase that fails after AWS accepted it, at the wait for example, fails with the ARN in
    RV(provisioned_throughput), as it exists and is billed. The next run finds it.
  - AWS deletes nothing inside a term, and AWS's own pages do not agree on what follows a term. Count on a bill until it
    is deleted.
  - Where LiteLLM uses it, give C(model_id) the ARN beside the foundation model in C(model).
seealso:
  - module: llmops.bedrock.bedrock_provisioned_throughput_info
  - module: llmops.bedrock.bedrock_custom_model_deployment
  - module: llmops.bedrock.bedrock_foundation_model_info
"""

EXAMPLES = r"""
- name: Two units for a month
  llmops.bedrock.bedrock_provisioned_throughput:
    name: nova-lite
    model_id: amazon.nova-lite-v1:0:24k
    model_units: 2
    commitment_duration: OneMonth
    acknowledge_cost: true
    price_per_unit_hour: "21.18"
    tags: {team: ml}
    region: us-west-2
  register: bought

- name: Another name for it
  llmops.bedrock.bedrock_provisioned_throughput:
    arn: "{{ bought.provisioned_throughput.arn }}"
    name: nova-lite-chat
    region: us-west-2

- name: Serve the model of the last fine-tuning with it
  llmops.bedrock.bedrock_provisioned_throughput:
    name: support-answers
    model_id: support-answers-2
    region: us-west-2

- name: Delete it when its term is over
  llmops.bedrock.bedrock_provisioned_throughput:
    name: nova-lite-chat
    state: absent
    region: us-west-2
"""

RETURN = r"""
provisioned_throughput:
  description:
    - The provisioned throughput as it stands, or as it would stand in check mode. Empty when it is absent.
    - A failure has it, too, where it is known by then.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      returned: when present
      type: str
      sample: nova-lite
    arn:
      description: Its ARN.
      returned: when present
      type: str
      sample: arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdef123456
    id:
      description: The last part of its ARN.
      returned: when present
      type: str
      sample: abcdef123456
    model_arn:
      description: ARN of the model that it serves.
      returned: when present
      type: str
      sample: arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k
    desired_model_arn:
      description: ARN of the model that it is moving to, or serves.
      returned: when present
      type: str
      sample: arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k
    foundation_model_arn:
      description: ARN of the foundation model that its model was made from, or is.
      returned: when present
      type: str
      sample: arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k
    model_units:
      description: Number of its model units.
      returned: when present
      type: int
      sample: 2
    desired_model_units:
      description: Number of model units that it was asked to have.
      returned: when present
      type: int
      sample: 2
    status:
      description: C(Creating), C(InService), C(Updating) or C(Failed).
      returned: when present
      type: str
      sample: InService
    commitment_duration:
      description: Its term, C(none), C(OneMonth) or C(SixMonths).
      returned: when present
      type: str
      sample: OneMonth
    commitment_expiration_time:
      description: When its term is over. Null without one.
      returned: when present
      type: str
      sample: "2026-12-28T09:30:00Z"
    commitment_days_left:
      description: Whole days that are left of its term. Null without one.
      returned: when present
      type: int
      sample: 29
    creation_time:
      description: When it was bought.
      returned: when present
      type: str
      sample: "2026-11-28T09:30:00Z"
    last_modified_time:
      description: When it was changed last.
      returned: when present
      type: str
      sample: "2026-11-28T09:42:10Z"
    failure_message:
      description: Why it is C(Failed). Null otherwise.
      returned: when present
      type: str
      sample: Not enough capacity.
    tags:
      description: Its tags.
      returned: when present
      type: dict
      sample: {"team": "ml"}
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: ["buy throughput"]
progress:
  description: What was seen of it while it was waited for, one row a status.
  returned: always
  type: list
  elements: dict
  sample: [{"status": "Creating", "after_seconds": 0}, {"status": "InService", "after_seconds": 612}]
billing:
  description: What is billed from the purchase on.
  returned: when it was bought, or would be in check mode
  type: dict
  contains:
    units:
      description: Number of model units.
      returned: always
      type: int
      sample: 2
    commitment_duration:
      description: The term.
      returned: always
      type: str
      sample: OneMonth
    term_end:
      description: Until when it is paid. About, in check mode and in the diff. Null without a term.
      returned: always
      type: str
      sample: "2026-12-28T09:30:00Z"
    price_per_unit_hour:
      description: The price that was given.
      returned: when O(price_per_unit_hour) is set
      type: str
      sample: "21.18"
    hourly:
      description: What all its units cost an hour.
      returned: when O(price_per_unit_hour) is set
      type: str
      sample: "42.36"
    currency:
      description: Currency of the price.
      returned: when O(price_per_unit_hour) is set
      type: str
      sample: USD
"""

import contextlib
import datetime
import uuid

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import WaitFailed, fail
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.tags import plan_tags
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.waiting import Progress
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import arns, buyable, purchase, throughput
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import throughput as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import throughput_waits
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused, carry_out

_SPEC = {
    "state": {"choices": ["present", "absent"], "default": "present"},
    "name": {},
    "arn": {"aliases": ["provisioned_model_arn"]},
    "model_id": {},
    "model_units": {"type": "int"},
    # No choices: their message would not say that a term of a year is no term.
    "commitment_duration": {},
    "acknowledge_cost": {"type": "bool", "default": False},
    "price_per_unit_hour": {},
    "currency": {"default": "USD"},
    "check_model": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 1800},
    "wait_delay": {"type": "int", "default": 15},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}


class Throughput:
    """The provisioned throughput that the options name: how to read it, change it and wait for it."""

    def __init__(self, module):
        self.params, self.check_mode = module.params, module.check_mode
        self.client = module.client("bedrock")
        require_operations(self.client, *api.OPERATIONS)
        self.arn, self.found, self.written = module.params["arn"], None, False
        self.now = datetime.datetime.now(datetime.UTC)
        self.token = str(uuid.uuid4())
        self.progress = Progress(throughput_waits.status_of, tell=module.log)

    def read(self):
        """It as it stands, or None. From then on it is told by its ARN."""
        self.arn = self.arn or api.find(self.client, self.params["name"])
        self.found = api.read(self.client, self.arn, self.now) if self.arn else None
        return self.found

    def known(self):
        """What a failure tells: what exists is billed, whatever came after."""
        told = {"changed": self.written, "progress": self.progress.seen}
        if self.found:
            told["provisioned_throughput"] = self.found
        elif self.written:
            told["provisioned_throughput"] = {"name": self.params["name"], **self.identity()}
        return told

    def identity(self):
        return {"arn": self.arn, "id": arns.short_id(self.arn)}

    def plan(self):
        meta = self.client.meta
        if self.params["arn"]:
            buyable.check_place("arn", self.params["arn"], meta.partition, meta.region_name)
        if self.params["state"] == "absent":
            return throughput.plan_absent(self.params, self.read(), now=self.now)
        desired = self.desired()
        plan = self.plan_present(desired)
        changes_it = any(call.name == "update throughput" for call in plan.calls)
        if throughput.busy(self.found) and not self.check_mode and (self.params["wait"] or changes_it):
            self.wait()
            plan = self.plan_present(desired)
        return plan

    def desired(self):
        wanted = {key: value for key, value in self.params.items() if value is not None}
        if "model_id" in wanted:
            wanted["model_arn"] = api.model_arn_of(self.client, wanted["model_id"])
        return wanted

    def plan_present(self, desired):
        found = self.read()
        asks = found is None and not desired.get("arn") and "model_arn" in desired and desired["check_model"]
        model = api.model_to_buy(self.client, desired["model_arn"]) if asks else None
        plan = throughput.plan_present(desired, found, model, now=self.now)
        if found and plan.after["name"] != found["name"]:
            self.refuse_taken(plan.after["name"])
        return plan

    def refuse_taken(self, name):
        if other := api.find_other(self.client, name, self.arn):
            raise Refused(f"{self.arn} cannot get the name {name}: {other} has it. Nothing was changed.")

    def execute(self, call):
        if call.name == "buy throughput":
            self.arn, self.written = api.buy(self.client, call, self.token), True
        else:
            api.execute(self.client, call)
            self.written = True
        if self.params["wait"] and call.name == "delete throughput":
            throughput_waits.until_gone(self.client, self.arn, **self.patience())
        elif self.params["wait"] and call.name in ("buy throughput", "update throughput"):
            self.wait(call.arguments.get("model_arn"))
        if call.name == "buy throughput" and call.arguments["tags"]:
            self.complete_tags(call.arguments["tags"])

    def complete_tags(self, wanted):
        """Set those that the purchase did not: the next run would find them missing."""
        found = self.read()
        if found and (calls := plan_tags(found, {"tags": wanted, "purge_tags": False})[0]):
            api.execute(self.client, calls[0])

    def wait(self, model_arn=None):
        try:
            throughput_waits.until_ready(self.client, self.arn, model_arn=model_arn, **self.patience())
        except WaitFailed:
            with contextlib.suppress(AWSCallError):
                self.read()
            raise

    def patience(self):
        return {"timeout": self.params["wait_timeout"], "delay": self.params["wait_delay"], "progress": self.progress}

    def run(self):
        plan = self.plan()
        result = carry_out(plan, check_mode=self.check_mode, execute=self.execute, read=self.read, diff=False)
        # AWS may need a moment to show what it just sold.
        stands = result.pop("resource") or ({**plan.after, **self.identity()} if plan.after else {})
        result["provisioned_throughput"] = stands
        result["diff"] = {"before": throughput.shown(plan.before), "after": throughput.shown(plan.after)}
        if "buy throughput" in result["calls"]:
            self.add_billing(result)
        return {**result, "progress": self.progress.seen}

    def add_billing(self, result):
        """What the purchase binds to: about, before it; AWS's own end of the term after it."""
        about = purchase.written(purchase.term_end(self.params["commitment_duration"], self.now))
        end = result["provisioned_throughput"].get("commitment_expiration_time") or about
        result["billing"] = purchase.billing(self.params, end)
        result["diff"]["after"]["billing"] = purchase.billing(self.params, about)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, required_one_of=[["name", "arn"]], supports_check_mode=True)
    it, result = None, {}
    try:
        throughput.check_options(module.params)
        it = Throughput(module)
        result = it.run()
    except (Refused, WaitFailed, AWSCallError) as error:
        fail(module, error, **(it.known() if it else {}))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
