"""Print what LiteLLM sends for each deployment: for a Python that has LiteLLM.

stdin: a JSON list of {"mode", "litellm_params"}; stdout: for each {"path", "body"} or {"error"}.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import sys
import threading
import urllib.parse

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
SEEN = []


class Recorder(http.server.BaseHTTPRequestHandler):
    """Notes the request and refuses it: what is asked is all that matters."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        region = self.headers["authorization"].split("Credential=")[1].split("/")[2]
        SEEN.append({"path": urllib.parse.unquote(self.path), "region": region, "body": json.loads(body)})
        self.send_response(400)
        self.end_headers()
        self.wfile.write(b'{"message": "seen"}')

    def log_message(self, *arguments):
        pass


def ask(mode, params, endpoint):
    import litellm

    litellm.suppress_debug_info = True
    common = {
        **params,
        "aws_bedrock_runtime_endpoint": endpoint,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
        "max_retries": 0,
    }
    SEEN.clear()
    try:
        if mode == "image_generation":
            litellm.image_generation(prompt="A hill", **common)
        elif mode == "embedding":
            litellm.embedding(input=["A hill"], **common)
        else:
            litellm.completion(messages=[{"role": "user", "content": "A hill?"}], **common)
    except Exception as error:
        if not SEEN:
            return {"error": str(error).split("\n", maxsplit=1)[0][:100]}
    return SEEN[0]


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    with contextlib.redirect_stdout(sys.stderr):
        answers = [ask(case["mode"], case["litellm_params"], endpoint) for case in json.load(sys.stdin)]
    json.dump(answers, sys.stdout)


main()
