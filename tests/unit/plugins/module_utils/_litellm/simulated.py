"""LiteLLM's database and router as far as plans depend on them: what each write keeps, drops, resets and hides.

It is 1.106.2, or with old=True 1.84.0, which cannot block and clears nothing.

The rules were observed on the real one; the integration target litellm_model checks there what is played here.
"""

from __future__ import annotations

import copy

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.masking import is_secret
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.normalise import CLEARABLE, RESET_BY_PATCH

OMITTED = ("api_key", "aws_secret_access_key")
# Of some 250; an update keeps them.
DECLARED = {*RESET_BY_PATCH, *CLEARABLE, "model", "rpm", "tags", "api_base", "api_key", "aws_session_token"}
PRICE_LIST = {"mode": "chat", "max_tokens": 4096, "supports_vision": True, "input_cost_per_token": 1e-6, "key": None}


class SimulatedLiteLLM:
    """Deployments, as the reconciler calls it. stored: id -> row, as written."""

    def __init__(self, stored, old=False):
        self.old = old
        self.stored = {row["id"]: copy.deepcopy(row) for row in stored}

    def all(self):
        return [self.read(row) for row in self.stored.values()]

    def by_id(self, row_id):
        return self.read(self.stored[row_id]) if row_id in self.stored else None

    def by_name(self, model_name):
        return [row for row in self.all() if row["model_name"] == model_name]

    def require_database(self):
        pass

    def read(self, row):
        """A row as LiteLLM answers it."""
        params = {name: resolved(value) for name, value in row["litellm_params"].items() if name not in OMITTED}
        state = {} if self.old else {"blocked": row["blocked"]}
        info = {**PRICE_LIST, **row["model_info"], "id": row["id"], "db_model": row["db_model"], **state}
        shown = {**dict.fromkeys(RESET_BY_PATCH, False), **mask(params)}
        return {**row, "litellm_params": shown, "model_info": info, "can_block": not self.old}

    def serves(self, row_id):
        return row_id in self.stored

    def execute(self, call):
        getattr(self, call.name)(**copy.deepcopy(dict(call.arguments)))
        return True

    def create(self, body):
        row_id = body["model_info"]["id"]
        assert row_id not in self.stored, "LiteLLM would refuse it"
        params = {name: value for name, value in body["litellm_params"].items() if value is not None}
        self.stored[row_id] = {**body, "id": row_id, "litellm_params": params, "db_model": True}

    def update(self, id, body, row):
        stored = self.editable(id)
        self.merge(stored["litellm_params"], body["litellm_params"])
        stored["model_info"].update({key: value for key, value in body["model_info"].items() if value is not None})
        stored["model_name"] = body["model_name"]
        stored["blocked"] = not self.old and body.get("blocked", stored["blocked"])

    def strip(self, id, body):
        stored, sent = self.editable(id), body["litellm_params"]
        stored["litellm_params"] = {k: v for k, v in stored["litellm_params"].items() if k in DECLARED or k in sent}
        self.merge(stored["litellm_params"], {name: value for name, value in sent.items() if value is not None})
        if not self.old:
            stored["model_name"] = body["model_name"]

    def delete(self, id):
        self.editable(id)
        del self.stored[id]

    def recreate(self, id, body, back):
        self.delete(id)
        self.create(body)

    def editable(self, row_id):
        assert self.stored[row_id]["db_model"], "a row of the configuration file"
        return self.stored[row_id]

    def merge(self, params, sent):
        params.update(dict.fromkeys(RESET_BY_PATCH, False))
        for name, value in sent.items():
            if value is not None:
                params[name] = value
            elif name in CLEARABLE and not self.old:
                params.pop(name, None)


def resolved(value):
    return "resolved" if isinstance(value, str) and value.startswith("os.environ/") else value


def mask(value, hidden=False):
    if isinstance(value, dict):
        return {key: mask(nested, hidden or is_secret(key)) for key, nested in value.items()}
    if isinstance(value, list):
        return [mask(nested, hidden) for nested in value]
    if not hidden:
        return value
    text = str(value)
    return "*" * len(text) if len(text) <= 8 else text[:4] + "*" * (len(text) - 8) + text[-4:]
