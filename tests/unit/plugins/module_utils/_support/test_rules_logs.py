from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._support.diagnosis import diagnose

from .build import crashing, facts, failed_job, pod


def before(message, **rest):
    """A crashing container, and what it said before its last restart."""
    return facts(crashing(**rest), logs={"litellm-7d4f-x": message}, before=True)


def denied(message):
    return facts(pod(ready=True), logs={"litellm-7d4f-x": message})


CASES = [
    (
        facts(
            crashing(),
            logs={"litellm-7d4f-x": 'psql: error: FATAL:  password authentication failed for user "litellm"\nbye'},
        ),
        "the database refuses the password",
    ),
    (
        facts(crashing(), logs={"litellm-7d4f-x": "Error: P1000: Authentication failed against database server"}),
        "the database refuses the password",
    ),
    (
        before("Error: P1001: Can't reach database server at `db:5432`"),
        "the database cannot be reached",
    ),
    (
        facts(
            crashing(code=3),
            logs={"litellm-7d4f-x": "LiteLLM proxy refused to start: the master key is a publicly known default."},
        ),
        "LiteLLM refuses its master key",
    ),
    (facts(failed_job()), "the database migration failed: BackoffLimitExceeded"),
    (
        facts(crashing(code=137, reason="OOMKilled")),
        "container litellm of litellm/litellm needs more memory than its limit",
    ),
    (
        facts(crashing(), logs={"litellm-7d4f-x": "starting\nValueError: bad\ntraceback ends"}),
        "container litellm of litellm/litellm ends with exit code 1",
    ),
    # --- AWS
    (
        denied("botocore.exceptions.NoCredentialsError: Unable to locate credentials"),
        "litellm/litellm has no AWS credentials",
    ),
    (
        denied(
            "litellm.AuthenticationError: BedrockException - AccessDeniedException: You don't have access to the model"
        ),
        "the AWS account has no access to a model",
    ),
    (
        denied(
            "AccessDeniedException: User: arn:x is not authorized to perform: bedrock:InvokeModel on resource: "
            "arn:aws:bedrock:us-west-2::foundation-model/m because"
        ),
        "the gateway's IAM role may not use arn:aws:bedrock:us-west-2::foundation-model/m",
    ),
    (
        denied("BedrockException - The provided model identifier is invalid."),
        "Bedrock does not serve a model under the name that is configured",
    ),
    (denied("ThrottlingException: Too many tokens, please wait"), "Bedrock throttles the gateway"),
]


@pytest.mark.parametrize("found, cause", CASES, ids=[case[1][:60] for case in CASES])
def test_one_fault_is_named_first(found, cause):
    first = diagnose(found)[0]
    assert first.cause == cause
    assert first.remedy
