"""Calls a chat model twice, an embedding model three times and once wrongly, an image model and a throughput once.

usage: call_models.py REGION CHAT EMBEDDING IMAGE THROUGHPUT; AWS_ENDPOINT_URL and credentials as boto3 takes them
"""

from __future__ import annotations

import json
import sys

import boto3
from botocore.exceptions import ClientError

region, chat, embedding, image, throughput = sys.argv[1:]
runtime = boto3.client("bedrock-runtime", region_name=region)
question = [{"role": "user", "content": [{"text": "How many calls is this?"}]}]
tokens = {"input": 0, "output": 0}
for _number in range(2):
    usage = runtime.converse(modelId=chat, messages=question)["usage"]
    tokens["input"] += usage["inputTokens"]
    tokens["output"] += usage["outputTokens"]
body = {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": {"text": {"value": "one", "truncationMode": "END"}}}
for _number in range(3):
    runtime.invoke_model(modelId=embedding, body=json.dumps(body))
try:
    runtime.converse(modelId=embedding, messages=question)
except ClientError as error:
    tokens["refused"] = error.response["Error"]["Code"]
runtime.invoke_model(modelId=image, body=json.dumps({"prompt": "a gauge"}))
runtime.converse(modelId=throughput, messages=question)
print(json.dumps(tokens))
