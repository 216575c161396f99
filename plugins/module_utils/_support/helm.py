# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helm's releases as Helm keeps them, in Secrets: pure. Private to this collection."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import typing as t

_TYPE = "helm.sh/release.v1"


def is_release(secret: t.Mapping[str, t.Any]) -> bool:
    """Whether a Secret is Helm's record of a release."""
    return secret.get("type") == _TYPE


def releases(secrets: t.Iterable[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """The last revision of each release: name, namespace, revision, status, description, chart, values."""
    last: dict[tuple[str, str], dict[str, t.Any]] = {}
    for secret in secrets:
        release = _decoded(secret) if is_release(secret) else None
        if release:
            key = (release["namespace"], release["name"])
            if key not in last or last[key]["revision"] < release["revision"]:
                last[key] = release
    return [last[key] for key in sorted(last)]


def _decoded(secret: t.Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    try:
        packed = base64.b64decode(base64.b64decode(secret["data"]["release"]))
        found = json.loads(gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed)
        metadata = found["chart"]["metadata"]
        return {
            "name": found["name"],
            "namespace": found["namespace"],
            "revision": found["version"],
            "status": found["info"]["status"],
            "description": found["info"].get("description", ""),
            "chart": f"{metadata['name']}-{metadata['version']}",
            "values": found.get("config") or {},
        }
    except (KeyError, TypeError, ValueError, OSError, EOFError, binascii.Error):
        return None
