# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for Open WebUI's accounts: pure, no I/O. Private to this collection.

An account, as found, is a mapping with id, email, name, role, created_at, primary (it was the first of all), own (the
module is signed in with it) and, where it was looked at, password_fits.
"""

from __future__ import annotations

import typing as t

from .._resource import Call, Plan, Refused, Resource

ROLES = ("admin", "user", "pending")
# bcrypt takes no more. Open WebUI starts without its administrator when WEBUI_ADMIN_PASSWORD is longer.
LONGEST_PASSWORD = 72
SHOWN = ("email", "name", "role")


def desired(options: Resource) -> dict[str, t.Any]:
    """The account that a module's options ask for: what is not set is left out. Raises Refused."""
    bootstrap = options["bootstrap_admin"] and options["state"] == "present"
    if not (bootstrap or options["token"] or options["admin_email"]):
        raise Refused("Give token, or admin_email and admin_password.")
    if options["password"] is not None:
        check_password(options["password"])
    names = ("state", "name", "role", "password", "update_password")
    given = {name: options[name] for name in names if options[name] is not None}
    return {**given, "email": check_email(options["email"])}


def password_in_question(desired: Resource, found: Resource | None) -> bool:
    """Whether it has to be tried out if the password fits: Open WebUI tells nobody."""
    always = desired.get("update_password") == "always" and desired.get("state") != "absent"
    return always and found is not None and "password" in desired


def check_email(email: str) -> str:
    """The address as Open WebUI stores it, in lower case. Raises Refused where Open WebUI would refuse it."""
    local, _at, domain = email.strip().lower().partition("@")
    if not local or "@" in domain or (domain != "localhost" and not all(("." in domain, *domain.split(".")))):
        raise Refused(f"{email!r} is no e-mail address.")
    return f"{local}@{domain}"


def check_password(password: str) -> None:
    """Raise Refused for a password that Open WebUI cannot store."""
    size = len(password.encode())
    if not 0 < size <= LONGEST_PASSWORD:
        raise Refused(
            f"The password has {size} bytes, but Open WebUI takes 1 to {LONGEST_PASSWORD}. "
            "(Letters outside ASCII have more than one byte.)"
        )


def plan_present(desired: Resource, found: Resource | None) -> Plan:
    """Plan for an account that is to exist.

    desired: email, and what the user set of name, role, password and update_password.
    """
    if found is None:
        account = {"email": desired["email"], "name": _name(desired), "role": desired.get("role", "pending")}
        if "password" not in desired:
            raise Refused(f"There is no account {desired['email']} yet, and a new one needs a password.")
        return Plan(None, account, (Call("add user", {"body": {**account, "password": desired["password"]}}),))
    changes = {name: desired[name] for name in ("name", "role") if desired.get(name, found[name]) != found[name]}
    _protect(found, changes)
    secret = {}
    if desired.get("update_password") == "always" and found.get("password_fits") is False:
        secret = {"password": desired["password"]}
    _protect_primary(found, {**changes, **secret})
    before, after = view(found), view({**found, **changes})
    if secret:
        # Never the password itself, but the diff is to show why the task is changed.
        after = {**after, "password": "(changed)"}
    calls = []
    if changes or secret:
        arguments = {"id": found["id"], "own": found["own"], "body": {**changes, **secret}}
        calls.append(Call("update user", arguments))
    return Plan(before, after, tuple(calls))


def plan_bootstrap(desired: Resource) -> Plan:
    """Plan for the first administrator of an Open WebUI that has no account at all."""
    if desired.get("role", "admin") != "admin":
        raise Refused(f"The first account of Open WebUI is its administrator: role cannot be {desired['role']}.")
    account = {"email": desired["email"], "name": _name(desired)}
    call = Call("sign up the first administrator", {"body": {**account, "password": desired["password"]}})
    return Plan(None, {**account, "role": "admin"}, (call,))


def plan_absent(found: Resource | None) -> Plan:
    """Plan for an account that is not to exist. Raises Refused for the first account, and for the one in use."""
    if found is None:
        return Plan(None, None)
    if found["primary"]:
        raise Refused(f"{found['email']} is the first account of this Open WebUI, which can never be deleted.")
    if found["own"]:
        raise Refused(
            f"{found['email']} is the account that this task signs in with. Delete it as another administrator."
        )
    return Plan(view(found), None, (Call("delete user", {"id": found["id"]}),))


def view(account: Resource | None) -> dict[str, t.Any]:
    """An account for the user, empty where there is none."""
    if account is None:
        return {}
    return {name: account[name] for name in ("id", *SHOWN) if name in account}


def select(users: t.Iterable[Resource], email: str | None, role: str | None) -> list[dict[str, t.Any]]:
    """The accounts of an address and a role, for the user."""
    return [
        dict(account)
        for account in users
        if email in (None, "") or account["email"] == check_email(str(email))
        if role in (None, account["role"])
    ]


def _name(desired: Resource) -> str:
    return str(desired.get("name") or desired["email"].partition("@")[0])


def _protect(found: Resource, changes: Resource) -> None:
    if changes.get("role", "admin") == "admin":
        return
    if found["primary"]:
        raise Refused(
            f"{found['email']} is the first account of this Open WebUI and stays its administrator: role cannot be "
            f"{changes['role']}."
        )
    if found["own"]:
        raise Refused(
            f"{found['email']} is the account that this task signs in with: role {changes['role']} would lock it out. "
            "Sign in as another administrator."
        )


def _protect_primary(found: Resource, changes: Resource) -> None:
    if changes and found["primary"] and not found["own"]:
        raise Refused(
            f"{found['email']} is the first account of this Open WebUI, which only its owner may change "
            f"({', '.join(sorted(changes))}). Sign in with it."
        )
