# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about keys of LiteLLM, and Open WebUI in front of it. Pure. Private to this collection."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import typing as t
from datetime import timedelta

from .facts import Facts, Object, containers, full_name, one_line
from .findings import Finding

_Findings = t.Iterator[Finding]

_PAGE = ("app.kubernetes.io/component", "open-webui")
# LiteLLM's log of requests: who asked for its models, with which answer. An unknown key is 401; where LiteLLM has no
# database, 400.
_REQUEST = re.compile(
    r"(?P<host>[0-9a-fA-F.:]+):\d+ - \\?\"(?P<what>GET \S*/models) HTTP/[\d.]+\\?\" (?P<status>\d{3})"
)
_REFUSED = ("400", "401", "403")
_UNKNOWN = re.compile(r"Invalid proxy server token passed\. key=(?P<hash>[0-9a-f]{64}), not found")
_NO_CONNECTION = re.compile(r"send_get_request\S* - Connection error: (?P<why>.*)")


def key_unknown(facts: Facts) -> _Findings:
    """LiteLLM was just asked with a key that stands in a Secret and that it does not know. It logs the key's hash."""
    known = {
        hashlib.sha256(value.strip()).hexdigest(): (secret, name)
        for secret in facts.of("Secret")
        for name, value in _values(secret)
    }
    for container in containers(facts):
        for line in facts.log(container.pod, container.name).splitlines():
            match = _UNKNOWN.search(line)
            if match and match["hash"] in known and facts.recent(line, timedelta(minutes=15)):
                secret, name = known[match["hash"]]
                yield Finding(
                    f"LiteLLM does not know the key in Secret {full_name(secret)}",
                    (f"pod {full_name(container.pod)} refuses {name}: key not found in its database",),
                    "Run the playbook site: it makes the key again. A page with a key of no use shows no models.",
                )


def _values(secret: Object) -> t.Iterator[tuple[str, bytes]]:
    for name, value in (secret.get("data") or {}).items():
        try:
            yield name, base64.b64decode(value)
        except (binascii.Error, ValueError):
            continue


def page_key_refused(facts: Facts) -> _Findings:
    """LiteLLM refuses Open WebUI's key. The page itself says nothing of it: it only shows no models."""
    logs = [(full_name(each.pod), facts.log(each.pod, each.name)) for each in containers(facts)]
    asked = [
        (line, pod, match)
        for pod, log in logs
        for line in log.splitlines()
        if (match := _REQUEST.search(line)) and facts.recent(line)
    ]
    for page in _pages(facts):
        own = {page["status"].get("podIP"), *(each.get("ip") for each in page["status"].get("podIPs") or ())}
        # Lines begin with their time. A request that was answered since says that it is over.
        last = max((each for each in asked if each[2]["host"] in own), default=None, key=lambda each: each[0])
        if last and last[2]["status"] in _REFUSED:
            yield Finding(
                "LiteLLM refuses the key of Open WebUI: the page shows no models",
                (f"pod {last[1]} answered {last[2]['status']} to {last[2]['what']} of pod {full_name(page)}",),
                "Run the playbook site: it gives the page a key that LiteLLM knows.",
            )


def page_without_gateway(facts: Facts) -> _Findings:
    """Open WebUI cannot ask LiteLLM for its models."""
    for container in containers(facts):
        if not _is_page(container.pod):
            continue
        log = facts.log(container.pod, container.name, before_restart=False)
        found = [match for line in log.splitlines() if facts.recent(line) and (match := _NO_CONNECTION.search(line))]
        for match in found[-1:]:
            yield Finding(
                "Open WebUI does not reach LiteLLM",
                (f"pod {full_name(container.pod)}: {one_line(match['why'])}",),
                "See whether LiteLLM's pods are ready, the address of the page's connection, and NetworkPolicies.",
            )


def _pages(facts: Facts) -> list[Object]:
    return [pod for pod in facts.of("Pod") if _is_page(pod) and pod.get("status")]


def _is_page(pod: Object) -> bool:
    key, value = _PAGE
    return bool((pod["metadata"].get("labels") or {}).get(key) == value)
