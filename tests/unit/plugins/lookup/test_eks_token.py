from __future__ import annotations

import base64
import datetime
import urllib.parse

import botocore.auth
import pytest
from ansible.errors import AnsibleLookupError
from ansible.plugins.loader import lookup_loader
from ansible_collections.llmops.bedrock.plugins.lookup.eks_token import eks_token, host_of_sts
from botocore.credentials import Credentials

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)  # noqa: UP017


def url_of(token):
    assert token.startswith("k8s-aws-v1.")
    assert "=" not in token
    text = token.removeprefix("k8s-aws-v1.")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def query_of(token):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url_of(token)).query))


@pytest.fixture
def clean(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


def lookup(*terms, **options):
    return lookup_loader.get("llmops.bedrock.eks_token").run(list(terms), variables={}, **options)


def test_the_token_is_a_signed_request_that_names_the_cluster(monkeypatch):
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *a, **k: NOW.replace(tzinfo=None), raising=False)
    token = eks_token(Credentials("AKID", "SECRET", "SESSION"), "litellm", "us-west-2")
    assert url_of(token).startswith("https://sts.us-west-2.amazonaws.com/?")
    query = query_of(token)
    assert query.pop("X-Amz-Signature")
    assert query == {
        "Action": "GetCallerIdentity",
        "Version": "2011-06-15",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": "AKID/20260102/us-west-2/sts/aws4_request",
        "X-Amz-Date": "20260102T030405Z",
        "X-Amz-Expires": "60",
        "X-Amz-Security-Token": "SESSION",
        "X-Amz-SignedHeaders": "host;x-k8s-aws-id",
    }


def test_the_signature_depends_on_the_cluster(monkeypatch):
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *a, **k: NOW.replace(tzinfo=None), raising=False)
    credentials = Credentials("AKID", "SECRET")
    one, again, other = (eks_token(credentials, name, "us-west-2") for name in ("a", "a", "b"))
    assert one == again != other


@pytest.mark.parametrize(
    "region, host",
    [
        ("eu-central-1", "sts.eu-central-1.amazonaws.com"),
        ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"),
        ("eu-west-99", "sts.eu-west-99.amazonaws.com"),
    ],
)
def test_the_host_is_awss_own(region, host):
    assert host_of_sts(region) == host


def test_no_region_at_all_is_named():
    with pytest.raises(AnsibleLookupError, match="'nowhere' is no AWS region"):
        host_of_sts("nowhere")


def test_an_endpoint_override_has_no_effect(clean, monkeypatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRET")
    tokens = lookup("a", "b", region="us-west-2")
    assert [url_of(token).split("?")[0] for token in tokens] == ["https://sts.us-west-2.amazonaws.com/"] * 2


def test_a_profile_that_is_asked_for_comes_before_the_environment(clean, monkeypatch):
    (clean / "credentials").write_text("[other]\naws_access_key_id = PROFILE\naws_secret_access_key = x\n")
    (clean / "config").write_text("[profile other]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRET")
    (token,) = lookup("a", profile="other")
    assert query_of(token)["X-Amz-Credential"].startswith("PROFILE/")
    assert "sts.eu-west-1." in url_of(token)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"region": "us-west-2"}, "no AWS credentials"),
        ({"access_key": "a", "secret_key": "b"}, "no region"),
        ({"profile": "missing", "region": "us-west-2"}, "missing"),
    ],
)
def test_what_is_missing_is_named(clean, options, message):
    with pytest.raises(AnsibleLookupError, match=message):
        lookup("a", **options)
