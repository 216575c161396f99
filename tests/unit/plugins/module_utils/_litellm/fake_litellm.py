"""A small LiteLLM on a real port: its rows are in memory, and answers can be put in the way."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

KEY = "sk-unit-0123456789"


class FakeLiteLLM(ThreadingHTTPServer):
    """rows: stored. answers: (status, content type, text) to give instead, one a request, None for a lost one."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.rows, self.answers, self.requests, self.database = {}, [], [], "connected"
        self.after_write = []  # as answers, but given after the write was done
        self.lazy = False  # keeps serving what it has, as a router does that cannot load the new
        self.unloaded = set()  # ids that are stored and not listed, as where another worker made them just now
        self.page_size = 1000
        self.old = False  # as 1.84: it cannot block, and does not say when it cannot load what it stored

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def writes(self):
        return [(method, path, body) for method, path, body in self.requests if method != "GET"]

    def serve(self, method, path, query, body):
        if path == "/health/readiness":
            return (200 if self.database == "connected" else 503), {"status": "healthy", "db": self.database}
        if method == "GET":
            return (200, self.listing(query)) if path == "/v2/model/info" else self.served(query)
        if path == "/model/delete":
            return self.delete(body)
        write = {"/model/new": self.create, "/model/update": self.update_as_of_old}.get(path)
        return write(body) if write else self.update(unquote(path.split("/")[2]), body)

    def served(self, query):
        row = self.rows.get(query["litellm_model_id"])
        loaded = row and not row["litellm_params"]["model"].startswith("nosuch/")
        return (200, {"data": [row]}) if loaded else (400, {"detail": {"error": "Model id not found on litellm proxy"}})

    def delete(self, body):
        if self.rows.pop(body["id"], None):
            return 200, {"message": "deleted"}
        return 400, {"error": {"message": f"{{'error': 'Model with id={body['id']} not found in db'}}"}}

    def listing(self, query):
        rows = list(self.rows.values())
        if "modelId" in query:
            rows = [row for row in rows if row["model_info"]["id"] == query["modelId"]]
        else:
            rows = [row for row in rows if row["model_info"]["id"] not in self.unloaded]
        if "model" in query:
            rows = [row for row in rows if query["model"] in row["model_name"]]
        page, size = int(query.get("page", 1)), min(int(query.get("size", 50)), self.page_size)
        return {"data": rows[(page - 1) * size : page * size], "total_pages": -(-len(rows) // size)}

    def create(self, body):
        row_id = body["model_info"]["id"]
        if row_id in self.rows:
            return 500, {"detail": {"error": "Failed to add model to db. Check your server logs"}}
        state = {} if self.old else {"blocked": body["blocked"]}
        info = {**body["model_info"], "db_model": True, "max_tokens": 5, **state}
        params = {k: v for k, v in body["litellm_params"].items() if k != "api_key"}
        self.rows[row_id] = {"model_name": body["model_name"], "litellm_params": params, "model_info": info}
        if params["model"].startswith("nosuch/") and not self.old:
            return 500, {
                "error": {"message": f"Model create was saved, but {row_id} are not live in this pod's router"}
            }
        return 200, {"model_id": row_id}

    def update(self, row_id, body):
        row = self.rows.get(row_id)
        if row is None:
            return 404, {"detail": {"error": f"Model {row_id} not found on proxy."}}
        if not self.lazy:
            row["model_name"] = body["model_name"]
            row["litellm_params"].update({k: v for k, v in body["litellm_params"].items() if k != "api_key"})
            row["model_info"].update(body["model_info"])
            if not self.old:
                row["model_info"]["blocked"] = body.get("blocked", row["model_info"]["blocked"])
        return 200, {"model_id": row_id}

    def update_as_of_old(self, body):
        row = self.rows[body["model_info"]["id"]]
        kept = {name: value for name, value in row["litellm_params"].items() if name in ("model", "rpm")}
        row["litellm_params"] = {**kept, **body["litellm_params"]}
        return 200, {"model_id": body["model_info"]["id"]}


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        url = urlsplit(self.path)
        self.server.requests.append((self.command, url.path, body))
        if self.server.answers:
            return self.give(self.server.answers.pop(0))
        if self.headers["Authorization"] != f"Bearer {KEY}":
            text = {"error": {"message": "Authentication Error, Unable to find token in cache", "code": "401"}}
            return self.give((401, "application/json", json.dumps(text)))
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        status, answer = self.server.serve(self.command, url.path, query, body)
        if body is not None and self.server.after_write:
            return self.give(self.server.after_write.pop(0))
        return self.give((status, "application/json", json.dumps(answer)))

    do_GET = do_POST = do_PATCH = answer

    def give(self, answer):
        if answer is None:
            self.close_connection = True
            return
        status, kind, text = answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        if status in (301, 302):
            self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments):
        pass
