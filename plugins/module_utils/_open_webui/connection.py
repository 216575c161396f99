# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for OpenAI-compatible connections of Open WebUI: pure, no I/O. Private to this collection.

Open WebUI keeps them as four values that are always written together: a switch, the URLs, the keys, and further
settings under the index of each. Here they are a state: ``{"enabled", "connections": [{"url", "key", "config"}]}``.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import urlsplit, urlunsplit

from .._resource import HIDDEN, Call, Plan, Refused, Resource

# The settings of a connection that the user may choose, each with its value in a connection made anew.
SETTINGS: dict[str, t.Any] = {
    "enable": True,
    "tags": [],
    "prefix_id": "",
    "model_ids": [],
    "connection_type": "external",
}
_NEW_CONFIG = {**SETTINGS, "auth_type": "bearer"}
_USERINFO = re.compile(r"//[^/@]*@")


def normalise_url(url: str) -> str:
    """The URL by which a connection is known: no slash at its end, scheme and host in lower case.

    Open WebUI calls ``<url>/models`` and is answered 404 when there are two slashes. Raises Refused for no URL.
    """
    parts = urlsplit(url.strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        raise Refused(f"connection_url must be an http:// or https:// address, not {without_userinfo(url)!r}.")
    user, at, host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme.lower(), user + at + host.lower(), parts.path.rstrip("/"), parts.query, ""))


def parse(answer: Resource) -> dict[str, t.Any]:
    """The state in an answer of Open WebUI, or in the body of an update."""
    urls, keys = answer.get("OPENAI_API_BASE_URLS") or [], answer.get("OPENAI_API_KEYS") or []
    configs = answer.get("OPENAI_API_CONFIGS") or {}
    connections = [
        {
            "url": url,
            "key": keys[index] if index < len(keys) else "",
            # Old versions kept the settings under the URL, and Open WebUI still reads those.
            "config": dict(configs.get(str(index), configs.get(url)) or {}),
        }
        for index, url in enumerate(urls)
    ]
    return {"enabled": answer.get("ENABLE_OPENAI_API"), "connections": connections}


def body(state: Resource) -> dict[str, t.Any]:
    """All four values of a state: one that is left out would be lost or refused."""
    connections = state["connections"]
    return {
        "ENABLE_OPENAI_API": state["enabled"],
        "OPENAI_API_BASE_URLS": [connection["url"] for connection in connections],
        "OPENAI_API_KEYS": [connection["key"] for connection in connections],
        "OPENAI_API_CONFIGS": {str(index): connection["config"] for index, connection in enumerate(connections)},
    }


def find(state: Resource, url: str) -> Resource | None:
    """The connection of a normalised URL, however it was spelled."""
    return next((connection for connection in state["connections"] if _same(connection, url)), None)


def wanted(desired: Resource, found: Resource) -> dict[str, t.Any]:
    """The connection as it is to be: what the user set, over what is stored, over the values of a new one."""
    ours = find(found, desired["url"])
    settings = {name: desired[name] for name in SETTINGS if name in desired}
    if "tags" in settings:
        settings["tags"] = [{"name": name} for name in settings["tags"]]
    if ours is None:
        return {"url": desired["url"], "key": desired.get("key", ""), "config": {**_NEW_CONFIG, **settings}}
    changed = {
        name: value for name, value in settings.items() if _setting(name, ours["config"].get(name)) != desired[name]
    }
    return {"url": desired["url"], "key": desired.get("key", ours["key"]), "config": {**ours["config"], **changed}}


def check_models(offered: t.Collection[str], expected: t.Iterable[str], config: Resource) -> None:
    """Raise Refused unless the service offers what is expected, and every model that is to be shown."""
    shown = config.get("model_ids") or []
    for wish, missing in (
        ("expected_models", sorted(set(expected) - set(offered))),
        ("model_ids", sorted(set(shown) - set(offered))),
    ):
        if missing:
            raise Refused(
                f"The service does not offer {', '.join(missing)} ({wish}) to this key. It offers: "
                f"{', '.join(sorted(offered))}."
            )
    if hidden := sorted(set(expected) - set(shown)) if shown else []:
        raise Refused(f"expected_models has {', '.join(hidden)}, which model_ids hides.")


def plan_present(desired: Resource, found: Resource) -> Plan:
    """Plan for a connection that is to exist.

    desired: url (normalised) and what the user set of key, exclusive and SETTINGS.
    found: the state. Connections of others stay, unless exclusive.
    """
    url = desired["url"]
    ours = find(found, url)
    new = wanted(desired, found)
    if desired.get("exclusive"):
        connections = [new]
    elif ours is None:
        connections = [*found["connections"], new]
    else:
        # In the place where it was, and only once.
        connections = [new if each is ours else each for each in found["connections"]]
        connections = [each for each in connections if each is new or not _same(each, url)]
    return _plan(found, {"enabled": True, "connections": connections})


def plan_absent(url: str, found: Resource) -> Plan:
    """Plan for a connection (its URL normalised) that is not to exist. The others keep their settings."""
    connections = [each for each in found["connections"] if not _same(each, url)]
    return _plan(found, {**found, "connections": connections})


def view(state: Resource, before: Resource | None = None) -> dict[str, t.Any]:
    """The state for the user, without keys. before: marks keys that differ from those of this state as changed."""
    return {
        "enabled": bool(state["enabled"]),
        "connections": [_show(each, before) for each in state["connections"]],
    }


def summaries(shown: Resource, url: str | None = None) -> list[dict[str, t.Any]]:
    """The connections of a view (of one URL only, if it is given) for a module's result."""
    return [
        {"url": each["url"], "has_key": bool(each["key"]), **{name: each[name] for name in SETTINGS}}
        for each in shown["connections"]
        if url is None or _same(each, url)
    ]


def summary(shown: Resource, url: str) -> dict[str, t.Any]:
    """The connection of a URL in a view, for a module's result. Empty when it is absent."""
    return next(iter(summaries(shown, url)), {})


def _plan(found: Resource, new: Resource) -> Plan:
    before = view(found)
    if body(found) == body(new):
        return Plan(before, before)
    return Plan(before, view(new, before=found), (Call("update connections", {"body": body(new)}),))


def _same(connection: Resource, url: str) -> bool:
    try:
        return normalise_url(connection["url"]) == url
    except Refused:
        return False


def _show(connection: Resource, before: Resource | None) -> dict[str, t.Any]:
    key = HIDDEN if connection["key"] else ""
    if before is not None:
        old = next((each for each in before["connections"] if each["url"].rstrip("/") == connection["url"]), None)
        if old is not None and old["key"] != connection["key"]:
            key = f"{key} (changed)".strip()
    settings = {name: _setting(name, connection["config"].get(name)) for name in SETTINGS}
    return {"url": without_userinfo(connection["url"]), "key": key, **settings}


def _setting(name: str, value: t.Any) -> t.Any:
    """A setting as the user writes it; Open WebUI takes one that is missing for the default."""
    if name == "tags" and isinstance(value, list):
        return [tag.get("name") if isinstance(tag, t.Mapping) else tag for tag in value]
    return SETTINGS[name] if value is None else value


def without_userinfo(url: str) -> str:
    """The URL for the user: without a password in it."""
    return _USERINFO.sub(f"//{HIDDEN}@", url)
