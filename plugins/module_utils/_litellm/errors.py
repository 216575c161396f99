# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What LiteLLM says when it refuses, with the likely remedy. Private to this collection."""

from __future__ import annotations

from .._rest.errors import RestError

DATABASE_HINT = "Run again when LiteLLM's /health/readiness says that its database is connected."
# While its engine starts again. "Failed to add model" is also what it says of an id that exists, which an earlier try
# or another run may have made.
_DATABASE_AWAY = (
    "all connection attempts failed",
    "error in external connector",
    "failed to add model",
    "server disconnected without sending a response",
)

# (status or None, words of the answer in lower case, hint): the first that fits counts.
_HINTS: tuple[tuple[int | None, str, str], ...] = (
    (
        None,
        "no connected db",
        "This LiteLLM runs without a database, and the key is not its master key. Give it DATABASE_URL and "
        "STORE_MODEL_IN_DB=True, and the module the master key.",
    ),
    (
        None,
        "db not connected",
        "This LiteLLM runs without a database: it needs DATABASE_URL and STORE_MODEL_IN_DB=True to keep models.",
    ),
    (
        None,
        "no db connected",
        "This LiteLLM runs without a database: it needs DATABASE_URL and STORE_MODEL_IN_DB=True to keep models.",
    ),
    (
        None,
        "store_model_in_db",
        "This LiteLLM does not keep models: set STORE_MODEL_IN_DB=True for it (or general_settings.store_model_in_db).",
    ),
    (
        None,
        "only supported for db-stored models",
        "This LiteLLM does not keep models: set STORE_MODEL_IN_DB=True for it (or general_settings.store_model_in_db).",
    ),
    *((None, words, DATABASE_HINT) for words in _DATABASE_AWAY),
    (
        None,
        "unable to find token",
        "LiteLLM does not know this key. Check api_key: the master key, or a key of a proxy admin.",
    ),
    (None, "enterprise user", "LiteLLM offers this only with an Enterprise licence."),
    (500, "internal server error", "Most often LiteLLM's database does not answer: see its /health/readiness and log."),
    (401, "", "LiteLLM does not know this key. Check api_key: the master key, or a key of a proxy admin."),
    (
        403,
        "",
        "The key may not do this: take the master key, or an unrestricted key of a proxy admin. (A key of type "
        "management may create and delete, but not list and change; a read-only one may only list.)",
    ),
    (404, "not found on proxy", ""),
    (404, "", "Check that url is the address of LiteLLM itself, and that LiteLLM is not much older than 1.84."),
)


class LiteLLMError(RestError):
    """A call to LiteLLM failed."""

    service = "LiteLLM"
    hints = _HINTS

    @property
    def database_away(self) -> bool:
        """Whether it says that its database did not answer: another try may succeed."""
        return any(words in self.reason.lower() for words in _DATABASE_AWAY)
