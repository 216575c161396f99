# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for Open WebUI's settings: pure, no I/O. Private to this collection.

A setting has a dotted name, as in Open WebUI's export of its configuration (``ui.enable_signup``). Only settings that
are to change are written: Open WebUI imports a part of its configuration as readily as the whole.
"""

from __future__ import annotations

import difflib
import re
import typing as t

from .._resource import Call, Plan, Refused, Resource
from .._rest.secrets import show
from .masking import is_secret
from .user import ROLES

# Options of the module with a name of their own, and the setting that each stands for.
NAMED = {
    "webui_url": "webui.url",
    "enable_signup": "ui.enable_signup",
    "enable_login_form": "ui.enable_login_form",
    "default_user_role": "ui.default_user_role",
    "default_models": "ui.default_models",
    "enable_api_keys": "auth.enable_api_keys",
    "jwt_expires_in": "auth.jwt_expiry",
    "enable_community_sharing": "ui.enable_community_sharing",
}
_OWNED = {
    "openai.": "Use the module open_webui_connection: these settings belong together.",
}
_CHOICES = {"ui.default_user_role": ROLES}
_DURATION = re.compile(r"-1|0|(-?\d+(\.\d+)?(ms|s|m|h|d|w))+")
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def desired(options: Resource) -> dict[str, t.Any]:
    """The settings that a module's options ask for. Raises Refused for one that is given twice."""
    named = {name: options[option] for option, name in NAMED.items() if options[option] is not None}
    if isinstance(named.get("ui.default_models"), list):
        named["ui.default_models"] = ",".join(named["ui.default_models"])
    if twice := sorted(named.keys() & options["settings"].keys()):
        options_of = ", ".join(option for option, name in NAMED.items() if name in twice)
        raise Refused(f"settings has {', '.join(twice)}, which are given as {options_of} too.")
    return {**named, **options["settings"]}


def plan(desired: Resource, found: Resource) -> Plan:
    """Plan for settings. desired: name -> value. found: the whole configuration. Raises Refused for unknown names."""
    wanted = {name: _typed(name, value, found) for name, value in desired.items()}
    before = {name: found[name] for name in wanted}
    changes = {name: value for name, value in wanted.items() if not _equal(value, found[name])}
    calls = (Call("import settings", {"body": {"config": changes}}),) if changes else ()
    after = view(wanted)
    # A hidden value looks the same before and after.
    after |= {name: f"{after[name]} (changed)" for name in changes if is_secret(name)}
    return Plan(view(before), after, calls)


def view(settings: Resource) -> dict[str, t.Any]:
    """Settings for the user, without secrets."""
    return show(settings, is_secret)


def chosen(found: Resource, names: t.Sequence[str] | None) -> dict[str, t.Any]:
    """The settings of these names, of all where there is none. A name with a dot at its end stands for its group."""
    if names is None:
        return dict(found)
    for name in names:
        if not name.endswith("."):
            _check_known(name, found)
    groups = tuple(name for name in names if name.endswith("."))
    return {name: value for name, value in found.items() if name in names or name.startswith(groups)}


def _typed(name: str, value: t.Any, found: Resource) -> t.Any:
    """The value in the type that Open WebUI has: templates give strings. Raises Refused where that cannot be."""
    for prefix, remedy in _OWNED.items():
        if name.startswith(prefix):
            raise Refused(f"{name} cannot be set here. {remedy}")
    _check_known(name, found)
    value = _as_stored(name, value, found[name])
    if name in _CHOICES and value not in _CHOICES[name]:
        raise Refused(f"{name} must be one of {', '.join(_CHOICES[name])}, not {value!r}. Open WebUI would take it.")
    if name == "auth.jwt_expiry" and not _DURATION.fullmatch(str(value)):
        raise Refused(f"{name} must be a duration such as 4w, 12h or 90m (-1: never), not {value!r}.")
    if name == "webui.url":
        return str(value).rstrip("/")
    return value


def _as_stored(name: str, value: t.Any, stored: t.Any) -> t.Any:
    if isinstance(stored, bool) and not isinstance(value, bool):
        if str(value).lower() not in _TRUTH:
            raise Refused(f"{name} must be true or false, not {_shown(name, value)}.")
        return _TRUTH[str(value).lower()]
    if isinstance(stored, (int, float)) and not isinstance(stored, bool) and isinstance(value, str):
        try:
            return type(stored)(value)
        except ValueError:
            raise Refused(f"{name} must be a number, not {_shown(name, value)}.") from None
    for kind, word in ((list, "a list"), (dict, "a dictionary")):
        if isinstance(stored, kind) and not isinstance(value, kind):
            raise Refused(f"{name} must be {word}, not {_shown(name, value)}.")
    return value


def _check_known(name: str, found: Resource) -> None:
    if name in found:
        return
    near = difflib.get_close_matches(name, found, n=5, cutoff=0.6)
    group = sorted(other for other in found if "." in name and other.startswith(name.partition(".")[0] + "."))
    known = list(dict.fromkeys([*near, *group])) or sorted({other.partition(".")[0] + "." for other in found})
    raise Refused(
        f"This Open WebUI has no setting {name}. It has: {', '.join(known)}. "
        "(open_webui_config_info lists all settings.)"
    )


def _shown(name: str, value: t.Any) -> str:
    return "the value that was given" if is_secret(name) else repr(value)


def _equal(wanted: t.Any, found: t.Any) -> bool:
    # 1 == True in Python, but not in Open WebUI's database.
    return isinstance(wanted, bool) == isinstance(found, bool) and bool(wanted == found)
