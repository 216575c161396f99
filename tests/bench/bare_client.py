"""The floor that litellm_model is measured against: nothing but http.client and json.

usage: python -m tests.bench.bare_client list | create | delete
    list     one listing, decoded; prints how many models there are
    create   POSTs each line of standard input to /model/new, on one connection
    delete   removes all models of the database
LITELLM_PROXY_URL and LITELLM_PROXY_API_KEY lead to LiteLLM, as for the modules.
"""

import http.client
import json
import os
import sys

# As litellm_model asks.
LISTING = "/v2/model/info?page=1&size=1000"


def main() -> None:
    connection = http.client.HTTPConnection(os.environ["LITELLM_PROXY_URL"].removeprefix("http://"), timeout=60)
    headers = {"Authorization": f"Bearer {os.environ['LITELLM_PROXY_API_KEY']}", "Content-Type": "application/json"}

    def ask(method: str, path: str, body: str | None = None) -> object:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:500]!r}")
        return json.loads(text)

    if sys.argv[1] == "create":
        for line in sys.stdin:
            ask("POST", "/model/new", line)
        return
    rows = ask("GET", LISTING)["data"]
    if sys.argv[1] == "delete":
        for row in rows:
            ask("POST", "/model/delete", json.dumps({"id": row["model_info"]["id"]}))
    print(len(rows))


if __name__ == "__main__":
    main()
