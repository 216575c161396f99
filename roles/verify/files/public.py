"""The checks of role verify by the public names, all in one process.

Reads what to check, as JSON and with secrets, from standard input, and prints what it found as JSON. A name that does
not lead to the load balancer yet is no obstacle: the load balancer is then asked straight, under the right name and
with its certificate checked against that name.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
import ssl
import sys
import time
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from checks import NOT_YET, Failed, Finding, Report, Site, chat, message_in, model_list, streamed_chat

WARN_DAYS = 21
SIGN_IN_PAUSE, SIGN_IN_WAIT = 15, 195  # Open WebUI lets an account sign in 15 times in 180 s; tries count as well


class PublicSite(Site):
    """A host name of the gateway: by DNS, straight at the load balancer, or through the proxy of this machine."""

    def __init__(self, task: Mapping[str, Any], part: Mapping[str, Any]) -> None:
        super().__init__(part["url"], timeout=task["timeout"], log=part["log"])
        self.balancer, self.http_port, self.health = task["load_balancer"], task["http_port"], part["health"]
        self.target = self.host
        self.tls = ssl.create_default_context()
        if task["ca_path"]:
            self.tls.load_verify_locations(task["ca_path"])
        self.proxies = {} if urllib.request.proxy_bypass(self.host) else urllib.request.getproxies()

    def connect(self, scheme: str = "", port: int = 0) -> http.client.HTTPConnection:
        """A new connection. The certificate has to be the host's, whatever the connection leads to."""
        scheme, port = scheme or self.scheme, port or self.port
        proxy = urlsplit(self.proxies.get(scheme, ""))
        if proxy.hostname:
            connection = http.client.HTTPConnection(proxy.hostname, proxy.port or 80, timeout=self.timeout)
            if scheme == "https":
                connection.set_tunnel(self.host, port, headers=login(proxy.username, proxy.password))
        else:
            connection = http.client.HTTPConnection(self.target, port, timeout=self.timeout)
        connection.connect()
        if scheme == "https":
            connection.sock = self.tls.wrap_socket(connection.sock, server_hostname=self.host)
        return connection

    def name_leads(self) -> Finding:
        """DNS has the name, and it leads to the load balancer."""
        if self.proxies.get("https"):
            return "looked up by the proxy of this machine"
        own, balancer = addresses(self.host), addresses(self.balancer)
        if own and (not balancer or own & balancer):
            return f"leads to {', '.join(sorted(own))}"
        if not balancer:
            raise Failed("DNS does not have it", "Make its record: role dns makes or prints it.", passing=True)
        self.target = self.balancer
        found = f"DNS leads to {', '.join(sorted(own))} and not to it" if own else "DNS does not have it yet"
        return (
            f"{found}; checked straight at {self.balancer}",
            "DNS has not spread: a new record takes minutes, a changed one as long as the old one lives. "
            "If it stays like this, look at the record: role dns makes it, or prints it.",
        )

    def certificate_fits(self) -> Finding:
        """The certificate's chain, its host name and its time."""
        connection = self.connect("https")
        tls: Any = connection.sock
        found, version = tls.getpeercert(), tls.version()
        connection.close()
        subject = dict(pair for group in found["subject"] for pair in group).get("commonName", self.host)
        days = int((ssl.cert_time_to_seconds(found["notAfter"]) - time.time()) // 86400)
        detail = f"{subject}, until {found['notAfter']} ({days} days), {version}"
        remedy = f"It ends in {days} days. ACM renews what DNS validates: is the validation record still there?"
        return detail if days >= WARN_DAYS else (detail, remedy)

    def targets_answer(self) -> Finding:
        """Pods behind the load balancer answer."""
        with self.send("GET", self.health) as response:
            if response.status in NOT_YET:
                remedy = "No healthy target, or no rule for the host. Are the pods ready? Has the Ingress the host?"
                raise Failed(f"HTTP {response.status}", remedy, passing=True)
            self.expect_ok(response)
        return f"{self.health} is answered"

    def http_redirects(self) -> Finding:
        """Plain HTTP is sent to HTTPS."""
        connection = self.connect("http", self.http_port)
        headers = {"Host": self.host, "Connection": "close"}
        path = self.health
        if self.proxies.get("http"):
            proxy = urlsplit(self.proxies["http"])
            path, headers = f"http://{self.host}{path}", {**headers, **login(proxy.username, proxy.password)}
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as response:
            status, location = response.status, response.headers.get("Location", "")
        if status in (301, 302, 307, 308) and re.match(rf"https://{re.escape(self.host)}([:/]|$)", location, re.I):
            return f"HTTP {status} to https"
        remedy = "The Ingress needs alb.ingress.kubernetes.io/listen-ports with both ports, and ssl-redirect: '443'."
        raise Failed(f"not redirected: HTTP {status} {location}", remedy, passing=status in NOT_YET)


def login(user: str | None, password: str | None) -> dict[str, str]:
    """The header for a proxy that asks who one is."""
    if not user:
        return {}
    pair = f"{unquote(user)}:{unquote(password or '')}".encode()
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def addresses(name: str) -> set[str]:
    """What a name resolves to."""
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)} if name else set()
    except OSError:
        return set()


# --- Open WebUI -------------------------------------------------------------------------------------------------------


def sign_in(site: Site, email: str, password: str, session: dict[str, str]) -> Finding:
    """Sign in as a person does."""
    if not email or not password:
        remedy = "Its Secret open-webui-bootstrap is missing: run role open_webui, or set gateway_open_webui to false."
        raise Failed("nobody is known who could sign in", remedy)
    give_up = time.monotonic() + SIGN_IN_WAIT
    while True:
        with site.send("POST", "/api/v1/auths/signin", {"email": email, "password": password}) as response:
            body = response.read()
        if response.status != 429 or time.monotonic() > give_up:
            break
        time.sleep(SIGN_IN_PAUSE)
    if response.status != 200:
        changed = "Was the password changed in the page? Store the new one where role open_webui reads it."
        remedy = changed if response.status in (400, 401) else site.see_log
        raise Failed(f"HTTP {response.status}: {message_in(body)}", remedy)
    account = json.loads(body)
    if not account.get("token"):
        raise Failed("the account has a second factor", "Give another account: verify_open_webui_email and _password.")
    session["token"] = account["token"]
    return f"{email}, role {account['role']}"


def sign_up_closed(site: Site, wanted: bool) -> Finding:
    """Strangers make themselves no account, unless that is wanted. Looked up, not tried: a try would make one."""
    config = site.json("GET", "/api/config")
    if config.get("onboarding"):
        raise Failed("whoever comes first becomes administrator", "Remove its Ingress now, then run role open_webui.")
    if wanted:
        return "people may make accounts, as open_webui_enable_signup says"
    if config["features"]["enable_signup"] is not False:
        raise Failed("anybody can make an account", "Run role open_webui, or close it in the page's admin settings.")
    return "nobody can make an account"


def ways(report: Report, site: PublicSite) -> bool:
    """Whether a host can be asked anything."""
    host = site.host
    report.run(host, "name", site.name_leads)
    certificate = report.run(host, "certificate", site.certificate_fits)
    report.run(host, "HTTP to HTTPS", site.http_redirects)
    if certificate and report.run(host, "targets", site.targets_answer):
        return True
    report.note(host, "questions", "skipped", "the host cannot be asked")
    return False


def ask_gateway(report: Report, site: Site, task: Mapping[str, Any]) -> None:
    """LiteLLM, as an application sees it."""
    key, path = task["key"], "/v1/chat/completions"
    report.run(site.host, "chat", chat, site, path, task["request"], key, report.facts)
    report.run(site.host, "streamed chat", streamed_chat, site, path, task["request"], key, report.facts)
    report.run(site.host, "list of models", model_list, site, "/v1/models", key, task["models"])


def ask_page(report: Report, site: Site, task: Mapping[str, Any]) -> None:
    """Open WebUI, as a person sees it."""
    page, session, facts = task["page"], dict[str, str](), {"calls": 0}
    report.run(site.host, "sign-up", sign_up_closed, site, page["signup"])
    if not report.run(site.host, "sign-in", sign_in, site, page["email"], page["password"], session):
        report.note(site.host, "chat, list of models", "skipped", "nobody is signed in")
        return
    token = session["token"]
    report.run(site.host, "chat", chat, site, "/api/chat/completions", page["request"], token, facts)
    report.run(site.host, "list of models", model_list, site, "/api/models", token, page["models"])
    report.facts["calls"] += facts["calls"]


def main() -> int:
    """All checks; without any question to a model as long as there is hope that the ways get better."""
    task = json.load(sys.stdin)
    parts = [(task["gateway"], ask_gateway), *([(task["page"], ask_page)] if task["page"] else [])]
    report = Report([task["key"], *([task["page"]["password"]] if task["page"] else [])])
    open_ways = []
    for part, ask in parts:
        site = PublicSite(task, part)
        if ways(report, site):
            open_ways.append((site, ask))
    report.facts["waiting"] = [] if report.final or time.time() > task["give_up"] else list(report.waiting)
    if not report.facts["waiting"]:
        for site, ask in open_ways:
            ask(report, site, task)
    print(report.text(100_000))
    return int(report.failed)


if __name__ == "__main__":
    sys.exit(main())
