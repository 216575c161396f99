"""Ask a model so many times and print, as JSON, how often each of its deployments answered.

usage: ask.py URL MODEL TIMES   with the key in the variable KEY
"""

from __future__ import annotations

import http.client
import json
import os
import sys
from collections import Counter
from urllib.parse import urlsplit


def main() -> None:
    url, model, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    body = json.dumps({"model": model, "messages": [{"role": "user", "content": "hello"}]})
    headers = {"Authorization": f"Bearer {os.environ['KEY']}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    seen: Counter[str] = Counter()
    for dummy in range(times):
        connection.request("POST", urlsplit(url).path.rstrip("/") + "/v1/chat/completions", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"HTTP {answer.status}: {text[:500].decode(errors='replace')}")
        seen[answer.getheader("x-litellm-model-id", "none")] += 1
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
