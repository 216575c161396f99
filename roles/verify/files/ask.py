"""Ask LiteLLM one question and leave the outcome, as JSON, where Kubernetes reads a container's last words."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


def ask() -> dict[str, object]:
    """One chat by the OpenAI API."""
    body = json.loads(os.environ["REQUEST"])
    request = urllib.request.Request(
        os.environ["URL"],
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {os.environ['LITELLM_MASTER_KEY']}", "Content-Type": "application/json"},
    )
    started = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=float(os.environ["TIMEOUT"])) as response:
            chat = json.load(response)
    except urllib.error.HTTPError as error:
        return {"error": f"HTTP {error.code}: {error.read().decode(errors='replace')[:1500]}"}
    except OSError as error:
        return {"error": f"{os.environ['URL']} cannot be reached: {error}"}
    answer = chat["choices"][0]["message"]["content"]
    return {"answer": answer[:2000], "model": chat["model"], "seconds": round(time.monotonic() - started, 1)}


if __name__ == "__main__":
    outcome = ask()
    Path("/dev/termination-log").write_text(json.dumps(outcome))
    print(json.dumps(outcome))
    sys.exit("error" in outcome)
