# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open WebUI's REST interface as an administrator: one sign-in a run. Private to this collection."""

from __future__ import annotations

import time
import typing as t

from .._rest.client import RestClient
from .._rest.errors import RestError, message_of
from .._rest.transport import Transport

_LIMIT_PAUSE = 15.0
_CREDENTIALS = "The e-mail address and the password do not fit an account. Nothing was reset."


class OpenWebUIError(RestError):
    """A call to Open WebUI failed."""

    service = "Open WebUI"
    hints = (
        (401, "", "The token is not valid any more: sign in again, or give admin_email and admin_password."),
        (403, "", "Only an administrator may do this."),
        (404, "", "Check that url is the address of Open WebUI itself, without a path that it does not serve."),
        (422, "", "This version of Open WebUI expects something else: 0.11 to 0.12 are supported."),
    )


class Rest(RestClient):
    """Requests to Open WebUI, with the token that the session has at the time."""

    error = OpenWebUIError

    def use(self, token: str | None) -> str | None:
        """Send this token from now on. Returns the one so far."""
        previous, self._token = self._token, token
        return previous


class Session:
    """Requests as an administrator, who is signed in with the first of them."""

    def __init__(
        self,
        transport: Transport,
        *,
        email: str | None = None,
        password: str | None = None,
        token: str | None = None,
        timeout: float = 60,
        wait_timeout: float = 0,
        sleep: t.Callable[[float], None] = time.sleep,
        secrets: t.Iterable[str] = (),
    ) -> None:
        """wait_timeout: how long to wait where Open WebUI allows no further sign-in for a while."""
        known = [secret for secret in (password, token, *secrets) if secret]
        self._rest = Rest(transport, token, timeout=timeout, secrets=known, sleep=sleep)
        self._email, self._password, self._sleep = email, password, sleep
        self._signed_in, self._wait_timeout = token is not None, wait_timeout
        self._own: t.Mapping[str, t.Any] | None = None

    def get(self, doing: str, path: str, **query: t.Any) -> t.Any:
        """The decoded answer to GET."""
        return self._as_admin(lambda: self._rest.get(doing, path, **query))

    def write(self, doing: str, method: str, path: str, body: t.Mapping[str, t.Any] | None = None) -> t.Any:
        """The decoded answer to a write."""
        return self._as_admin(lambda: self._rest.write(doing, method, path, body))

    def ask(self, doing: str, path: str, body: t.Mapping[str, t.Any]) -> tuple[int, t.Any]:
        """Status and decoded answer of a POST whose status may be that of somebody else, so that 401 says nothing."""
        if not self._signed_in:
            self.sign_in()
        return self._rest.probe(doing, path, "POST", body)

    def without_secrets(self, text: str) -> str:
        """The text, fit for a message."""
        return self._rest.without_secrets(text)

    def onboarding(self) -> bool:
        """Whether there is no account yet: whoever signs up first becomes the administrator."""
        doing = "tell its state"
        answer = self._rest.get(doing, "/api/config")
        if not isinstance(answer, t.Mapping) or "features" not in answer:
            raise OpenWebUIError(doing, "it answers something else than its configuration", hint="Check url.")
        return answer.get("onboarding") is True

    def sign_in(self) -> t.Mapping[str, t.Any]:
        """Sign in, and return the account. Raises OpenWebUIError unless it is an administrator's."""
        if self._email is None or self._password is None:
            raise OpenWebUIError("sign in", "the token is not valid", hint="Give admin_email and admin_password.")
        status, answer = self._try_sign_in(self._email, self._password)
        if status == 400 and self.onboarding():
            raise OpenWebUIError(
                "sign in",
                "it has no account yet",
                hint="Create the first administrator: module open_webui_user with bootstrap_admin.",
            )
        account = self._account(status, answer)
        self._enter(account)
        return account

    def enter(self) -> t.Mapping[str, t.Any]:
        """The account with a token, by a sign-in unless there is a token that is valid."""
        account = self.get("tell who is signed in", "/api/v1/auths/")
        # The answer to a question holds a token too, a fresh one.
        if account.get("role") != "admin":
            raise OpenWebUIError("sign in", f"the token is that of an account with the role {account.get('role')}")
        return t.cast("t.Mapping[str, t.Any]", account)

    def sign_up_first(self, body: t.Mapping[str, t.Any]) -> None:
        """Create the first account. Sent once: sign-ups at the same time can leave Open WebUI without administrator."""
        doing = "create its first administrator"
        account = self._rest.write(doing, "POST", "/api/v1/auths/signup", body)
        if not isinstance(account, t.Mapping) or account.get("role") != "admin":
            raise OpenWebUIError(
                doing,
                "somebody else signed up at the same moment, and this account is no administrator",
                hint="Sign in as the other administrator and check who that is. When all accounts are pending, the "
                "database has to be repaired, or the volume emptied.",
            )
        self._email, self._password = body["email"], body["password"]
        self._enter(account)

    def fits(self, email: str, password: str) -> bool:
        """Whether a password is the one of an account. Counts for the limit of sign-ins of that account."""
        status, answer = self._try_sign_in(email, password)
        if status not in (200, 400):
            self._account(status, answer)
        return status == 200

    def password_changed(self, password: str) -> None:
        """The password of this session's own account was changed, by which its token died."""
        self._password, self._signed_in = password, False
        self._rest.use(None)

    @property
    def email(self) -> str:
        """The address of the account that the session belongs to."""
        if self._own is None:
            self._own = self.get("tell who is signed in", "/api/v1/auths/")
        return str(self._own.get("email", "")).lower()

    def _enter(self, account: t.Mapping[str, t.Any]) -> None:
        self._rest.use(account["token"])
        self._own, self._signed_in = account, True

    def _as_admin(self, request: t.Callable[[], t.Any]) -> t.Any:
        fresh = not self._signed_in
        if fresh:
            self.sign_in()
        try:
            return request()
        except OpenWebUIError as error:
            if error.status != 401 or fresh or self._password is None:
                raise
        self.sign_in()
        return request()

    def _try_sign_in(self, email: str, password: str) -> tuple[int, t.Any]:
        doing, path = "sign in", "/api/v1/auths/signin"
        token = self._rest.use(None)
        start = time.monotonic()
        try:
            while True:
                status, answer = self._rest.probe(doing, path, "POST", {"email": email, "password": password})
                if status != 429 or time.monotonic() - start + _LIMIT_PAUSE > self._wait_timeout:
                    return status, answer
                self._sleep(_LIMIT_PAUSE)
        finally:
            self._rest.use(token)

    def _account(self, status: int, answer: t.Any) -> t.Mapping[str, t.Any]:
        """The account in the answer to a sign-in. Raises OpenWebUIError, one for each way to be refused."""
        doing = "sign in"
        if status == 200 and isinstance(answer, t.Mapping) and answer.get("token"):
            if answer.get("role") != "admin":
                raise OpenWebUIError(
                    doing,
                    f"the account is no administrator, its role is {answer.get('role')}",
                    hint="Somebody else is the administrator, or was faster when this Open WebUI was new.",
                )
            return answer
        if status == 200 and isinstance(answer, t.Mapping):
            raise OpenWebUIError(
                doing, "the account has multi-factor authentication", hint="Sign in by hand and give the token."
            )
        reason = message_of(answer) if isinstance(answer, t.Mapping) else "it answers no JSON"
        hint = {
            400: _CREDENTIALS,
            403: "Sign-in by password is off (ENABLE_PASSWORD_AUTH): give a token.",
            429: "An account can sign in 15 times in 3 minutes, and successful sign-ins count. Raise wait_timeout, or "
            "sign in once for all tasks and give them the token.",
        }.get(status, "Check that url is the address of Open WebUI itself.")
        raise OpenWebUIError(doing, self._rest.without_secrets(reason), status=status, hint=hint)
