"""A small Open WebUI on a real port: sign-in and accounts work, answers can be put in the way."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ADMIN = {"email": "admin@example.com", "password": "s3cret-admin"}
PAGE = 2


class FakeOpenWebUI(ThreadingHTTPServer):
    """answers: {path: [(status, body) or None for a lost one, ...]}, given before those that it would give itself."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.requests, self.password = {}, [], ADMIN["password"]
        self.tokens, self.users = [], [account("admin"), account("bobby"), account("bob"), account("carol")]
        self.state = {
            "ENABLE_OPENAI_API": True,
            "OPENAI_API_BASE_URLS": ["https://api.openai.com/v1"],
            "OPENAI_API_KEYS": ["s3cret-openai"],
            "OPENAI_API_CONFIGS": {},
        }

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def asked(self, path):
        return [body for _method, asked, body in self.requests if asked == path]

    def serve(self, method, path, query, body, token):
        if path == "/api/config":
            return 200, {"status": True, "features": {}}
        if path == "/api/v1/auths/signin":
            return self.sign_in(body)
        if token not in self.tokens:
            return 401, {"detail": "401 Unauthorized"}
        known = {
            "/api/v1/auths/": lambda: {**self.users[0], "token": token},
            "/openai/config": lambda: self.state,
            "/api/v1/users/": lambda: self.page(query),
        }
        return 200, known.get(path, lambda: {"done": [method, path]})()

    def sign_in(self, body):
        if body != {"email": ADMIN["email"], "password": self.password}:
            return 400, {"detail": "The email or password provided is incorrect."}
        self.tokens.append(f"token-{len(self.tokens)}")
        return 200, {**self.users[0], "token": self.tokens[-1]}

    def page(self, query):
        rows = [user for user in self.users if query.get("query", "") in user["email"]]
        if "order_by" not in query:
            rows = rows[::-1]
        start = (int(query["page"]) - 1) * PAGE
        return {"users": rows[start : start + PAGE], "total": len(rows)}


def account(name):
    role = "admin" if name == "admin" else "user"
    return {"id": f"id-{name}", "email": f"{name}@example.com", "name": name, "role": role, "settings": {"x": 1}}


class Handler(BaseHTTPRequestHandler):
    """Reads the request, then gives the planned answer or the server's own."""

    def answer(self):
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.loads(text) if text else None
        self.server.requests.append((self.command, parts.path, body))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        planned = self.server.answers.get(parts.path)
        if planned:
            given = planned.pop(0)
            if given is None:
                self.close_connection = True
                return
        else:
            given = self.server.serve(self.command, parts.path, query, body, token)
        self.give(*given)

    do_GET = do_POST = do_DELETE = answer

    def give(self, status, content):
        html = isinstance(content, str) and content.startswith("<")
        data = content.encode() if html else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if html else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args):
        """Nothing to the terminal."""
