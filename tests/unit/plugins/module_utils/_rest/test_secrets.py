from __future__ import annotations

import json

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.masking import is_secret
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import HIDDEN
from ansible_collections.llmops.bedrock.plugins.module_utils._rest.module import free_form_secrets
from ansible_collections.llmops.bedrock.plugins.module_utils._rest.secrets import secret_values, show


def test_secrets_are_found_at_any_depth_and_short_or_public_ones_left():
    params = {
        "model": "openai/x",
        "api_key": "sk-very-secret",
        "aws_access_key_id": "test",
        "aws_secret_access_key": "os.environ/SECRET",
        "extra_headers": {"X-Team": "platform", "Authorization": "Bearer abc"},
        "list": [{"client_secret": ["deep-secret"]}],
        "token": 123456,
    }
    assert secret_values(params, is_secret) == {"sk-very-secret", "Bearer abc", "deep-secret"}
    assert secret_values(None, is_secret) == set()


def test_shown_values_have_no_secrets():
    assert show(
        {"rpm": 1, "api_key": "s", "h": {"Authorization": "b", "X": "y"}, "l": [{"token": "t"}]}, is_secret
    ) == {
        "rpm": 1,
        "api_key": HIDDEN,
        "h": {"Authorization": HIDDEN, "X": "y"},
        "l": [{"token": HIDDEN}],
    }


def test_an_option_may_be_given_as_json():
    assert secret_values(json.dumps({"api_key": "sk-very-secret"}), is_secret) == {"sk-very-secret"}
    assert secret_values("no JSON", is_secret) == set()


def test_secrets_are_found_in_the_options_and_in_the_members_of_a_list():
    free_form = {"litellm_params": is_secret}
    params = {
        "litellm_params": {"api_key": "of-the-module"},
        "models": [{"litellm_params": '{"api_key": "of-a-member"}'}, "nonsense"],
        "other": {"api_key": "not-free-form"},
    }
    assert free_form_secrets(params, free_form) == {"of-the-module", "of-a-member"}
    assert free_form_secrets(None, free_form) == set()
    for text, found in ((json.dumps(params["models"]), {"of-a-member"}), ("[no JSON", set())):
        assert free_form_secrets({"models": text}, free_form) == found
