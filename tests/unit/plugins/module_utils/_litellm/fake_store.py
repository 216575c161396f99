"""A small LiteLLM on a real port for budgets, credentials and fallbacks; it answers as 1.106.2 was seen to."""

from __future__ import annotations

from urllib.parse import unquote

from .fake_litellm import FakeLiteLLM, Handler

SETTINGS = {
    "general": "fallbacks",
    "context_window": "context_window_fallbacks",
    "content_policy": "content_policy_fallbacks",
}
WORDS = ("authorization", "token", "key", "secret", "credentials", "password")


class StoreHandler(Handler):
    do_DELETE = Handler.answer


class FakeStore(FakeLiteLLM):
    """budgets, credentials: stored. unread: names of credentials that this worker has not read yet.

    budget_of: hash of a key -> its budget, where the listing of keys does not tell. router: its settings; source: where
    each of them comes from. loaded: names of models that this worker knows; rows: deployments, whichever has them.
    """

    def __init__(self):
        super().__init__()
        self.RequestHandlerClass = StoreHandler
        self.budgets, self.credentials, self.unread = {}, {}, set()
        self.lists = {"/customer/list": [], "/team/list": [], "/tag/list": [], "/key/list": []}
        self.budget_of, self.router, self.source, self.loaded = {}, {}, {}, set()

    def serve(self, method, path, query, body):
        if path in self.lists:
            rows = self.lists[path]
            return 200, {"keys": rows, "total_pages": 1} if path == "/key/list" else rows
        if path == "/key/info":
            return 200, {"info": {"budget_id": self.budget_of.get(query["key"])}}
        for prefix, serve in (("/budget", self.budget), ("/cred", self.credential), ("/fallback", self.fallback)):
            if path.startswith(prefix):
                return serve(method, path, query, body)
        if path == "/router/settings":
            return 200, {"current_values": self.router, "source": self.source}
        if path == "/config/update":
            self.router.update(body["router_settings"])
            return 200, {"message": "Config updated successfully"}
        return super().serve(method, path, query, body)

    def budget(self, method, path, query, body):
        if path == "/budget/list":
            return 200, list(self.budgets.values())
        if path == "/budget/info":
            return 200, [self.budgets[name] for name in body["budgets"] if name in self.budgets]
        if path == "/budget/delete":
            return 200, self.budgets.pop(body["id"], None)
        name = body["budget_id"]
        if path == "/budget/update" and name not in self.budgets:
            return 200, None
        if path == "/budget/new" and name in self.budgets:
            return 400, {"detail": {"error": f"Budget with id '{name}' already exists."}}
        self.budgets[name] = {**self.budgets.get(name, {}), **body}
        return 200, self.budgets[name]

    def credential(self, method, path, query, body):
        name = body["credential_name"] if method == "POST" else unquote(path.removeprefix("/credentials/"))
        known = self.credentials.get(name)
        if method == "GET":
            return 200, {
                "credentials": [shown(row) for name, row in self.credentials.items() if name not in self.unread]
            }
        if method == "POST" and known:
            return 409, {"error": {"message": f"Credential '{name}' already exists. Update it with PATCH."}}
        if method == "POST":
            self.credentials[name] = {**body, "source": "db"}
        elif not known:
            return 404, {"error": {"message": f"Credential not found. Got credential name: {name}"}}
        elif method == "DELETE":
            del self.credentials[name]
        else:
            known["credential_values"].update(body["credential_values"])
            for gone in body.get("credential_values_to_delete", ()):
                known["credential_values"].pop(gone, None)
            known["credential_info"] = body["credential_info"] or known["credential_info"]
            self.unread.discard(name)
        return 200, {"success": True}

    def fallback(self, method, path, query, body):
        if method == "DELETE":
            name, kind = unquote(path.removeprefix("/fallback/")), query["fallback_type"]
            rules = self.router.get(SETTINGS[kind]) or []
            if "/" in name:
                return 404, {"detail": "Not Found"}
            if not any(name in rule for rule in rules):
                return 404, {"detail": {"error": f"No {kind} fallbacks configured for model '{name}'"}}
            self.router[SETTINGS[kind]] = [rule for rule in rules if name not in rule]
            return 200, {"message": "deleted"}
        setting = SETTINGS[body["fallback_type"]]
        if body["model"] not in self.loaded:
            return 404, {"detail": {"error": f"Model '{body['model']}' not found in router", "available_models": []}}
        if wrong := [name for name in body["fallback_models"] if name not in self.loaded]:
            return 400, {"detail": {"error": f"Invalid fallback models: {wrong}", "available_models": []}}
        rules = [rule for rule in self.router.get(setting) or [] if body["model"] not in rule]
        self.router[setting] = [*rules, {body["model"]: body["fallback_models"]}]
        return 200, {"message": "created"}


def shown(row):
    values = {name: mask(name, value) for name, value in row["credential_values"].items()}
    return {**row, "credential_values": values}


def mask(name, value):
    if not isinstance(value, str) or not any(word in name.lower() for word in WORDS):
        return value
    return "*****" if len(value) <= 4 else f"{value[:2]}****{value[-2:]}"
