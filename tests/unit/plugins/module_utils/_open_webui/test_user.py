from __future__ import annotations

import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.user import (
    check_email,
    check_password,
    desired,
    password_in_question,
    plan_absent,
    plan_bootstrap,
    plan_present,
    select,
    view,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

BOB = {"id": "b", "email": "bob@example.com", "name": "Bob", "role": "user", "primary": False, "own": False}
FIRST = {**BOB, "id": "a", "email": "a@example.com", "role": "admin", "primary": True}
OPTIONS = {
    **dict.fromkeys(("name", "role", "password", "update_password", "token", "admin_email")),
    "state": "present",
    "email": "Bob@Example.com",
    "bootstrap_admin": False,
}


def calls(plan):
    return [(call.name, call.arguments) for call in plan.calls]


def test_options_become_an_account():
    assert desired({**OPTIONS, "token": "t", "role": "user"}) == {
        "state": "present",
        "email": "bob@example.com",
        "role": "user",
    }


@pytest.mark.parametrize(
    "options", [{}, {"bootstrap_admin": True, "state": "absent"}, {"password": "x" * 73, "token": "t"}]
)
def test_options_that_cannot_be(options):
    with pytest.raises(Refused):
        desired({**OPTIONS, **options})


@pytest.mark.parametrize("email", ["a@localhost", " A@B.example "])
def test_addresses(email):
    assert check_email(email) == email.strip().lower()


@pytest.mark.parametrize("email", ["", "a", "a@b", "@b.example", "a@b@c.example", "a@.example"])
def test_what_is_no_address(email):
    with pytest.raises(Refused, match="no e-mail address"):
        check_email(email)


@pytest.mark.parametrize("password", ["x", "x" * 72, "ü" * 36])
def test_passwords(password):
    check_password(password)


@pytest.mark.parametrize("password", ["", "x" * 73, "ü" * 36 + "x"])
def test_what_bcrypt_cannot_hash(password):
    with pytest.raises(Refused, match="bytes") as refusal:
        check_password(password)
    assert password == "" or password not in str(refusal.value)


def test_a_new_account():
    wish = {"email": "bob@example.com", "password": "pw"}
    plan = plan_present(wish, None)
    account = {"email": "bob@example.com", "name": "bob", "role": "pending"}
    assert calls(plan) == [("add user", {"body": {**account, "password": "pw"}})]
    assert plan.after == account
    with pytest.raises(Refused, match="needs a password"):
        plan_present({"email": "bob@example.com"}, None)


@pytest.mark.parametrize(
    "wish, body",
    [
        ({}, None),
        ({"role": "user", "name": "Bob"}, None),
        ({"role": "pending"}, {"role": "pending"}),
        ({"name": "Robert"}, {"name": "Robert"}),
        ({"password": "pw"}, None),
        ({"password": "pw", "update_password": "on_create"}, None),
        ({"password": "pw", "update_password": "always"}, {"password": "pw"}),
        ({"password": "pw", "update_password": "always", "role": "admin"}, {"role": "admin", "password": "pw"}),
    ],
)
def test_changes(wish, body):
    plan = plan_present({"email": BOB["email"], **wish}, {**BOB, "password_fits": False})
    assert calls(plan) == ([("update user", {"id": "b", "own": False, "body": body})] if body else [])
    assert "pw" not in json.dumps([plan.before, plan.after])
    assert (plan.after != plan.before) is bool(body)


def test_a_password_that_fits_stays():
    wish = {"email": BOB["email"], "password": "pw", "update_password": "always"}
    assert plan_present(wish, {**BOB, "password_fits": True}).calls == ()
    assert password_in_question(wish, BOB)
    assert not password_in_question(wish, None)
    assert not password_in_question({**wish, "state": "absent"}, BOB)
    assert not password_in_question({**wish, "update_password": "on_create"}, BOB)


@pytest.mark.parametrize(
    "plan, words",
    [
        (lambda: plan_present({"role": "user"}, {**FIRST, "own": True}), "stays its administrator"),
        (lambda: plan_present({"role": "pending"}, FIRST), "stays its administrator"),
        (lambda: plan_present({"name": "X"}, FIRST), "only its owner may change"),
        (lambda: plan_present({"role": "user"}, {**BOB, "role": "admin", "own": True}), "would lock it out"),
        (lambda: plan_absent(FIRST), "can never be deleted"),
        (lambda: plan_absent({**BOB, "own": True}), "signs in with"),
        (lambda: plan_bootstrap({"email": "a@b.c", "password": "p", "role": "user"}), "role cannot be user"),
    ],
)
def test_what_would_lock_somebody_out_is_refused(plan, words):
    with pytest.raises(Refused, match=words):
        plan()


def test_the_owner_changes_the_first_account():
    plan = plan_present({"name": "Root"}, {**FIRST, "own": True})
    assert calls(plan) == [("update user", {"id": "a", "own": True, "body": {"name": "Root"}})]


def test_bootstrap():
    plan = plan_bootstrap({"email": "a@example.com", "name": "Root", "password": "pw"})
    body = {"email": "a@example.com", "name": "Root", "password": "pw"}
    assert calls(plan) == [("sign up the first administrator", {"body": body})]
    assert plan.after == {"email": "a@example.com", "name": "Root", "role": "admin"}


def test_absent_twice():
    assert calls(plan_absent(BOB)) == [("delete user", {"id": "b"})]
    assert plan_absent(None).calls == ()
    assert view(None) == {}


def test_accounts_are_selected_by_exact_address():
    bobby = {**BOB, "email": "bobby@example.com"}
    assert select([BOB, bobby, FIRST], None, "user") == [BOB, bobby]
    assert select([BOB, bobby, FIRST], "BOB@example.com", None) == [BOB]
    assert select([BOB], "x@example.com", None) == []


wishes = st.fixed_dictionaries(
    {"email": st.just("bob@example.com"), "password": st.just("pw")},
    optional={
        "name": st.sampled_from(["Bob", "X"]),
        "role": st.sampled_from(["admin", "user", "pending"]),
        "update_password": st.sampled_from(["always", "on_create"]),
    },
)
accounts = st.none() | st.builds(
    lambda **found: {**BOB, **found},
    name=st.sampled_from(["Bob", "X"]),
    role=st.sampled_from(["admin", "user", "pending"]),
    primary=st.booleans(),
    own=st.booleans(),
    password_fits=st.booleans(),
)


@given(wishes, accounts)
def test_a_second_plan_is_empty(wish, found):
    try:
        plan = plan_present(wish, found)
    except Refused:
        assert found["primary"] or found["own"]
        return
    assert all(call.arguments.get("id", "b") == "b" for call in plan.calls)
    fits = found is None or found["password_fits"] or "password" in str([dict(c.arguments) for c in plan.calls])
    state = {**(found or BOB), **{name: plan.after[name] for name in ("name", "role")}, "password_fits": fits}
    assert plan_present(wish, state).calls == ()
