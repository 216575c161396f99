"""What LiteLLM makes of a model's string, as captured from 1.106.2 with litellm_requests.py."""

from __future__ import annotations

import typing as t

REGION, ACCOUNT = "us-east-1", "123456789012"
BEDROCK = f"arn:aws:bedrock:{REGION}:{ACCOUNT}"
PROVISIONED = f"{BEDROCK}:provisioned-model/abcdefghij12"
DEPLOYMENT = f"{BEDROCK}:custom-model-deployment/abcdefghij12"
IMPORTED = f"{BEDROCK}:imported-model/abcdefghij12"
APPLICATION = f"{BEDROCK}:application-inference-profile/abcdefghij12"
ROUTER = f"{BEDROCK}:default-prompt-router/anthropic.claude:1"


class Fact(t.NamedTuple):
    """bedrock_model and model_id, and the request: the target and the operation in its path, a key of its body."""

    mode: str
    model: str
    model_id: str | None
    target: str | None  # None: an error before any request
    operation: str = "converse"
    body: str = "messages"

    @property
    def params(self) -> dict[str, t.Any]:
        own = {"model_id": self.model_id} if self.model_id else {}
        return {"model": f"bedrock/{self.model}", "aws_region_name": REGION, **own}

    @property
    def member(self) -> dict[str, t.Any]:
        own = {"model_id": self.model_id} if self.model_id else {}
        return {"name": "m", "bedrock_model": self.model, "mode": self.mode, "litellm_params": own}


SONNET, NOVA, CANVAS = "anthropic.claude-sonnet-5-5", "amazon.nova-lite-v1:0", "amazon.nova-canvas-v1:0"
TITAN = "amazon.titan-embed-text-v2:0"

# What works: the right target and the right body of the family.
RIGHT = {
    "on demand": Fact("chat", NOVA, None, NOVA),
    "system profile": Fact("chat", f"us.{SONNET}", None, f"us.{SONNET}"),
    "global profile": Fact("chat", f"global.{SONNET}", None, f"global.{SONNET}"),
    "application profile": Fact("chat", APPLICATION, None, APPLICATION),
    "provisioned Claude": Fact("chat", SONNET, PROVISIONED, PROVISIONED),
    "provisioned Claude, route": Fact("chat", f"converse/{SONNET}", PROVISIONED, PROVISIONED),
    "provisioned Nova": Fact("chat", NOVA, PROVISIONED, PROVISIONED),
    "provisioned Canvas": Fact("image_generation", CANVAS, PROVISIONED, PROVISIONED, "invoke", "textToImageParams"),
    "provisioned Titan": Fact("embedding", TITAN, PROVISIONED, PROVISIONED, "invoke", "inputText"),
    "provisioned, converse": Fact("chat", f"converse/{PROVISIONED}", None, PROVISIONED),
    "deployment": Fact("chat", NOVA, DEPLOYMENT, DEPLOYMENT),
    "deployment, nova": Fact("chat", f"nova/{DEPLOYMENT}", None, DEPLOYMENT),
    "imported, llama": Fact("chat", f"llama/{IMPORTED}", None, IMPORTED, "invoke", "prompt"),
    "imported": Fact("chat", "meta.llama3-1-8b-instruct-v1:0", IMPORTED, IMPORTED),
    "prompt router": Fact("chat", f"converse/{ROUTER}", None, ROUTER),
    "prompt router by id": Fact("chat", SONNET, ROUTER, ROUTER),
    "region in the path": Fact("chat", f"{REGION}/{SONNET}", None, SONNET),
    "canvas": Fact("image_generation", CANVAS, None, CANVAS, "invoke", "textToImageParams"),
    "embedding": Fact("embedding", TITAN, None, TITAN, "invoke", "inputText"),
}

# What does not: no request at all, a target that Bedrock does not know, or the body of another family.
NAME = "provisioned/my-nova-canvas-provisioned"
META = f"{BEDROCK}:provisioned-model/ameta1234567"
WRONG = {
    "guide A, method 1": Fact("chat", PROVISIONED, None, None),
    "guide A, method 1, id with a family": Fact("chat", META, None, META, "invoke", "prompt"),
    "guide A, method 1, image": Fact("image_generation", PROVISIONED, None, PROVISIONED, "invoke", "text_prompts"),
    "guide A, method 2": Fact("chat", NAME, None, NAME, "invoke"),
    "guide A, method 2, image": Fact("image_generation", NAME, None, NAME, "invoke", "text_prompts"),
    "router without a route": Fact("chat", ROUTER, None, ROUTER, "invoke"),
    "embedding by ARN": Fact("embedding", PROVISIONED, None, None),
    "embedding, region in the path": Fact("embedding", f"{REGION}/{TITAN}", None, None),
    "bedrock twice": Fact("chat", f"bedrock/{SONNET}", None, f"bedrock/{SONNET}"),
}
