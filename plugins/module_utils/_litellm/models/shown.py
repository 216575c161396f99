# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a deployment is shown to the user: no secret. Pure, no I/O. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._resource import HIDDEN, Resource
from ..._rest.secrets import show
from ..fingerprint import FINGERPRINT_KEY
from ..masking import is_secret, is_secret_info
from .comparison import extras, known
from .desired import MARKERS, Deployment
from .normalise import RESET_BY_PATCH


def view(row: Resource, wanted: Deployment | None = None) -> dict[str, t.Any]:
    """A row for the user: without secrets, and without what LiteLLM adds to model_info from its price list.

    A text that the user did not give is not shown: it may be what an os.environ/ reference resolves to. LiteLLM's
    admin can read that, but it has no place in a log.
    """
    params = row["litellm_params"]
    given = wanted.litellm_params if wanted else {}
    unreadable = wanted.unreadable if wanted else frozenset()
    foreign = {name for name, value in params.items() if isinstance(value, str) and name not in ("model", *given)}
    keys = {*MARKERS, *(wanted.model_info if wanted else ()), *(extras(wanted, row).info if wanted else ())}
    info = {key: value for key, value in row["model_info"].items() if key in keys}
    return _view(row, info, unreadable | foreign)


def view_all(row: Resource) -> dict[str, t.Any]:
    """A row with everything that LiteLLM says about the model, without secrets."""
    return _view(row, {key: value for key, value in row["model_info"].items() if value is not None}, ())


def _view(row: Resource, info: t.Mapping[str, t.Any], hidden: t.Iterable[str]) -> dict[str, t.Any]:
    params = {key: value for key, value in row["litellm_params"].items() if value or key not in RESET_BY_PATCH}
    secret = (set(hidden) & set(params)) | set(known(row))
    return {
        "id": row["id"],
        "model_name": row["model_name"],
        "blocked": row["blocked"],
        "db_model": row["db_model"],
        "litellm_params": {**show(params, is_secret), **dict.fromkeys(secret, HIDDEN)},
        "model_info": _show_info(info),
    }


def _show_info(info: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    # Fingerprints are shown: they tell that a secret changed, and are no secret themselves.
    return {**show(info, is_secret_info), **{key: info[key] for key in (FINGERPRINT_KEY,) if key in info}}
