# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for LiteLLM's fallbacks: pure, no I/O. Private to this collection.

A fallback, as found, is a mapping with model, fallback_type, fallback_models and source: config where LiteLLM's
configuration file has the setting, which then counts alone.
"""

from __future__ import annotations

import typing as t

from .._resource import HIDDEN, Call, Plan, Refused, Resource

# Type -> name of the router's setting, which holds the fallbacks of all models.
SETTINGS = {
    "general": "fallbacks",
    "context_window": "context_window_fallbacks",
    "content_policy": "content_policy_fallbacks",
}


def desired(options: Resource) -> dict[str, t.Any]:
    """The fallback that a module's options ask for. Raises Refused, naming the remedy."""
    model, models = options["model"], options["fallback_models"]
    if not model.strip():
        raise Refused("model is empty. Give the name that applications ask for.")
    wanted = {"model": model, "fallback_type": options["fallback_type"], "fallback_models": models}
    if options["state"] == "absent":
        return wanted
    if not models:
        raise Refused("fallback_models is empty. To have no fallbacks for the model: state: absent.")
    if model in models:
        raise Refused(f"fallback_models has {model} itself. Leave it out: LiteLLM tries a model again by num_retries.")
    if twice := sorted(name for name in set(models) if models.count(name) > 1):
        raise Refused(f"fallback_models has {twice[0]} twice. LiteLLM asks each model once, in the order of the list.")
    return wanted


def plan_present(wanted: Resource, found: Resource | None, source: str | None = None) -> Plan:
    """Plan for the fallbacks of a model. source: config where the configuration file has those of this type."""
    if found is not None and list(found["fallback_models"]) == list(wanted["fallback_models"]):
        return Plan(view(found), view(found))
    _refuse_config(wanted, source)
    body = {name: wanted[name] for name in ("model", "fallback_models", "fallback_type")}
    return Plan(None if found is None else view(found), view(body), (Call("set fallbacks", {"body": body}),))


def plan_absent(wanted: Resource, found: Resource | None, source: str | None = None) -> Plan:
    """Plan for a model that is to have no fallbacks of a type."""
    if found is None:
        return Plan(None, None)
    _refuse_config(wanted, source)
    arguments = {name: wanted[name] for name in ("model", "fallback_type")}
    return Plan(view(found), None, (Call("delete fallbacks", arguments),))


def view(found: Resource | None) -> dict[str, t.Any]:
    """The fallbacks of a model for the user, empty where there are none.

    The configuration file may have a mapping in the place of a name, with a key in it: only its model is shown.
    """
    if found is None:
        return {}
    names = [name if isinstance(name, str) else _named(name) for name in found["fallback_models"]]
    return {"model": found["model"], "fallback_type": found["fallback_type"], "fallback_models": names}


def parse(values: Resource, sources: Resource) -> list[dict[str, t.Any]]:
    """Every fallback, out of the router's settings and what LiteLLM says about where each setting comes from."""
    return [
        {"model": model, "fallback_type": kind, "fallback_models": names, "source": sources.get(setting)}
        for kind, setting in SETTINGS.items()
        for rule in values.get(setting) or []
        if isinstance(rule, t.Mapping)
        for model, names in rule.items()
    ]


def _named(name: t.Any) -> str:
    return str(name.get("model", HIDDEN)) if isinstance(name, t.Mapping) else HIDDEN


def _refuse_config(wanted: Resource, source: str | None) -> None:
    if source != "config":
        return
    setting = SETTINGS[wanted["fallback_type"]]
    raise Refused(
        f"LiteLLM's configuration file has router_settings.{setting}, and then LiteLLM drops what is set elsewhere "
        f"within half a minute, without a word. Change the fallbacks of {wanted['model']} in that file, or take "
        f"{setting} out of it to manage all of them here."
    )
