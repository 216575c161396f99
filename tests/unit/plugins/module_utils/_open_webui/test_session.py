from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.session import OpenWebUIError

from .fake_open_webui import ADMIN

SIGN_IN = "/api/v1/auths/signin"
SIGN_UP = "/api/v1/auths/signup"


def test_one_sign_in_for_all_requests(session, server):
    session.get("read", "/openai/config")
    session.write("write", "POST", "/x", {"a": 1})
    assert session.ask("ask", "/y", {}) == (200, {"done": ["POST", "/y"]})
    assert session.email == ADMIN["email"]
    assert server.asked(SIGN_IN) == [ADMIN]


def test_a_token_needs_no_sign_in(make_session, server):
    server.tokens = ["t"]
    session = make_session(email=None, password=None, token="t")
    assert session.email == ADMIN["email"]
    assert session.enter()["role"] == "admin"
    assert not server.asked(SIGN_IN)


def test_a_token_that_ran_out_is_replaced_once(make_session, server):
    session = make_session(token="old")
    session.get("read", "/openai/config")
    assert len(server.asked(SIGN_IN)) == 1
    server.tokens.clear()
    server.answers = {"/openai/config": [(401, {"detail": "no"})] * 9}
    with pytest.raises(OpenWebUIError, match="could not read"):
        session.get("read", "/openai/config")
    assert len(server.asked(SIGN_IN)) == 2


def test_a_token_that_ran_out_and_nothing_else(make_session):
    with pytest.raises(OpenWebUIError, match="The token is not valid any more"):
        make_session(email=None, password=None, token="s3cret-old").get("read", "/openai/config")


def test_no_way_to_sign_in(make_session):
    with pytest.raises(OpenWebUIError, match="Give admin_email and admin_password"):
        make_session(email=None, password=None).get("read", "/openai/config")


PENDING = {"role": "pending", "token": "t", "email": "x"}


@pytest.mark.parametrize(
    "answer, said",
    [
        ((400, {"detail": "incorrect s3cret-admin"}), "Nothing was reset"),
        ((403, {"detail": "prohibited"}), "ENABLE_PASSWORD_AUTH"),
        ((429, {"detail": "Rate limit exceeded"}), "15 times in 3 minutes"),
        ((200, {"next_step": "verify", "challenge": "c"}), "multi-factor"),
        ((200, PENDING), "its role is pending"),
        ((200, "<html>"), "address of Open WebUI"),
        ((404, "<html>"), "address of Open WebUI"),
    ],
)
def test_every_refusal_of_a_sign_in_is_explained(session, server, answer, said):
    server.answers = {SIGN_IN: [answer]}
    with pytest.raises(OpenWebUIError, match=said) as caught:
        session.get("read", "/openai/config")
    assert "s3cret" not in str(caught.value)
    assert not server.asked("/openai/config")


def test_no_account_at_all(session, server):
    server.answers = {
        SIGN_IN: [(400, {"detail": "incorrect"})],
        "/api/config": [(200, {"onboarding": True, "features": {}})],
    }
    with pytest.raises(OpenWebUIError, match="bootstrap_admin"):
        session.sign_in()


@pytest.mark.parametrize("wait, pauses_made", [(0, 0), (200, 2)])
def test_the_limit_of_sign_ins_is_waited_for(make_session, server, pauses, wait, pauses_made):
    server.answers = {SIGN_IN: [(429, {"detail": "Rate limit exceeded"})] * 2}
    session = make_session(wait_timeout=wait)
    if wait:
        session.sign_in()
    else:
        with pytest.raises(OpenWebUIError):
            session.sign_in()
    assert pauses == [15.0] * pauses_made


def test_onboarding(session, server):
    server.answers = {"/api/config": [(200, {"onboarding": True, "features": {}})]}
    assert session.onboarding() is True
    assert session.onboarding() is False
    for wrong in ("<html>", {"status": "ok"}):
        server.answers = {"/api/config": [(200, wrong)]}
        with pytest.raises(OpenWebUIError, match="Check url"):
            session.onboarding()
    assert not server.asked(SIGN_IN)


FIRST = {"email": "first@example.com", "name": "First", "password": "s3cret-first"}


def test_the_first_sign_up_is_a_session(session, server):
    server.tokens = ["fresh"]
    server.answers = {SIGN_UP: [(200, {"role": "admin", "email": FIRST["email"], "token": "fresh"})]}
    session.sign_up_first(FIRST)
    session.get("read", "/openai/config")
    assert server.asked(SIGN_UP) == [FIRST] and not server.asked(SIGN_IN)
    assert session.email == FIRST["email"]


@pytest.mark.parametrize(
    "answer, said",
    [
        ((200, {"role": "pending", "token": "t"}), "signed up at the same moment"),
        ((403, {"detail": "You do not have permission s3cret-first"}), "could not create its first administrator"),
        ((503, {"detail": "later"}), "later"),
        (None, "broke off|did not answer"),
    ],
)
def test_the_first_sign_up_is_sent_once(make_session, server, answer, said):
    server.answers = {SIGN_UP: [answer]}
    session = make_session(secrets=[FIRST["password"]])
    with pytest.raises(OpenWebUIError, match=said) as caught:
        session.sign_up_first(FIRST)
    assert len(server.asked(SIGN_UP)) == 1
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "answer, fits",
    [((200, {"token": "t", "role": "user"}), True), ((200, {"next_step": "verify"}), True), (None, False)],
)
def test_a_password_is_tried(session, server, answer, fits):
    server.answers = {SIGN_IN: [answer]} if answer else {}
    assert session.fits("bob@example.com", "pw") is fits


def test_a_password_that_cannot_be_tried(session, server):
    server.answers = {SIGN_IN: [(403, {"detail": "prohibited"})]}
    with pytest.raises(OpenWebUIError, match="ENABLE_PASSWORD_AUTH"):
        session.fits("bob@example.com", "pw")


def test_trying_a_password_leaves_the_session_alone(session, server):
    session.sign_in()
    session.fits("bob@example.com", "pw")
    session.get("read", "/openai/config")
    assert len(server.asked(SIGN_IN)) == 2
