from __future__ import annotations

import base64
import json
import urllib.parse

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._support.masking import MASK, Masker, parts, secret_values
from hypothesis import given
from hypothesis import strategies as st


def b64(text):
    return base64.b64encode(text.encode()).decode()


def secret(**data):
    return {"kind": "Secret", "data": {key: b64(value) for key, value in data.items()}}


PASSWORD = "q7Zr+4/xW9&tLk"  # with characters that URLs and base64 treat specially
URL = f"postgresql://litellm:{urllib.parse.quote(PASSWORD, safe='')}@litellm-postgres:5432/litellm"


@pytest.mark.parametrize(
    "text",
    [
        PASSWORD,
        f"password is {PASSWORD}.",
        b64(PASSWORD),
        b64("user:" + PASSWORD),
        b64("x" + PASSWORD + "y"),
        b64("xx" + PASSWORD + "yyy"),
        base64.urlsafe_b64encode(("ab" + PASSWORD).encode()).decode(),
        json.dumps({"p": PASSWORD}),
        urllib.parse.quote(PASSWORD, safe=""),
        URL,
        f'{{"log": "connect to {URL}"}}',
    ],
)
def test_a_known_secret_is_masked_in_every_form(text):
    masker = Masker(secret_values(secret(DATABASE_URL=URL)))
    masked = masker.text(text)
    for form in (PASSWORD, urllib.parse.quote(PASSWORD, safe=""), b64(PASSWORD)[:16]):
        assert form not in masked
    assert masker.count > 0 and MASK in masked


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_whatever_the_secret_and_its_surroundings(value, before, after):
    masker = Masker(secret_values(secret(PASSWORD=value)))
    assert all(value not in rest for rest in masker.text(before + value + after).split(MASK))
    for rest in masker.text(b64(before + value + after)).split(MASK):
        for start in range(4):
            group = rest[start:][: (len(rest) - start) // 4 * 4]
            assert value.encode() not in base64.b64decode(group)


@pytest.mark.parametrize(
    "text, gone",
    [
        ("key sk-1234abcd in use", "1234abcd"),
        ("postgresql://litellm:hunter2@db:5432/x", "hunter2"),
        ("redis://:hunter2@cache", "hunter2"),
        ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        ("token k8s-aws-v1.aHR0cHM6Ly9zdHMudXMtd2VzdC0y done", "aHR0cHM6"),
        ("Authorization: Bearer abcdefgh12345", "abcdefgh12345"),
        ("authorization: basic dXNlcjpodW50ZXIy", "dXNlcjpodW50ZXIy"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.s3cr3tsig", "s3cr3tsig"),
        ("GET /?X-Amz-Signature=deadbeef&x=1", "deadbeef"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "wJalrXUtnFEMI"),
        ('"master_key": "hunter2hunter2"', "hunter2"),
        ("LITELLM_SALT_KEY: hunter2", "hunter2"),
        ("POSTGRES_PASSWORD=hunter2", "hunter2"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----", "MIIEabc"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEabc cut off", "MIIEabc"),
    ],
)
def test_what_looks_like_a_secret_is_masked_without_being_known(text, gone):
    masker = Masker()
    assert gone not in masker.text(text) and masker.count == 1


@pytest.mark.parametrize(
    "text",
    [
        'FATAL:  password authentication failed for user "litellm"',
        "secretKeyRef: {name: litellm-keys, key: DATABASE_URL}",
        "Error: couldn't find key LITELLM_MASTER_KEY in Secret litellm/litellm-keys",
        "api_key: os.environ/OPENAI_API_KEY",
        "https://litellm.example.com/v1?a=b",
        "image ghcr.io/berriai/litellm-non_root:v1.106.2",
        "arn:aws:bedrock:us-west-2::foundation-model/x",
        "tokens: 12, max_tokens: 4096",
    ],
)
def test_what_is_no_secret_stays(text):
    assert Masker().text(text) == text


def test_everyday_words_stay_readable_and_short_secrets_go():
    known = secret_values(secret(POSTGRES_USER="litellm", POSTGRES_DB="litellm", PORT="5432", PASSWORD="abc1"))
    assert Masker(known).text("litellm/litellm-postgres-0 port 5432: abc1 abc12 x-abc1") == (
        f"litellm/litellm-postgres-0 port 5432: {MASK} abc12 x-abc1"
    )


def test_a_harmless_name_does_not_save_a_value_that_looks_random():
    assert "Zq8-kkW2m" not in Masker(secret_values(secret(value="Zq8-kkW2m"))).text("got Zq8-kkW2m")


def test_secrets_inside_of_a_secret():
    docker = json.dumps({"auths": {"r": {"username": "robot", "password": "short", "auth": b64("robot:short")}}})
    assert {"short", b64("robot:short")} <= parts(docker)
    pem = "-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0B\n-----END CERTIFICATE-----"
    assert "MIIBIjANBgkqhkiG9w0B" in parts(pem)


def test_bytes_that_are_no_text_are_masked_as_they_stand_in_the_secret():
    raw = base64.b64encode(bytes(range(200, 240))).decode()
    assert raw not in Masker(secret_values({"data": {"blob": raw}})).text(f"data: {raw}")


def test_an_object_is_masked_by_the_names_of_its_fields():
    masker = Masker()
    masked = masker.tree(
        {
            "metadata": {
                "managedFields": [1],
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{...}"},
            },
            "env": [
                {"name": "UI_PASSWORD", "value": "x"},
                {"name": "PORT", "value": "4000"},
                {"name": "LITELLM_MASTER_KEY", "valueFrom": {"secretKeyRef": {"name": "litellm-keys", "key": "k"}}},
            ],
            "values": {"auth": {"password": "abc", "existingSecret": "litellm-keys", "enabled": True, "token": ""}},
        }
    )
    assert masked == {
        "metadata": {"annotations": {}},
        "env": [
            {"name": "UI_PASSWORD", "value": MASK},
            {"name": "PORT", "value": "4000"},
            {"name": "LITELLM_MASTER_KEY", "valueFrom": {"secretKeyRef": {"name": "litellm-keys", "key": "k"}}},
        ],
        "values": {"auth": {"password": MASK, "existingSecret": "litellm-keys", "enabled": True, "token": ""}},
    }
    assert masker.count == 2
