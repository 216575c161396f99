# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A kubeconfig for one run: pure. Private to this collection."""

from __future__ import annotations

import json
import typing as t


def content(options: t.Mapping[str, t.Any]) -> str:
    """A kubeconfig from connection options (host, api_key, ca_cert, validate_certs), as JSON, which is YAML as well.

    A file, because whatever stands on a command line can be read by everybody on the machine.
    """
    cluster: dict[str, t.Any] = {"server": options["host"]}
    if options.get("validate_certs") is False:
        cluster["insecure-skip-tls-verify"] = True
    elif options.get("ca_cert"):
        cluster["certificate-authority"] = options["ca_cert"]
    name = "support-bundle"
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": cluster}],
            "users": [{"name": name, "user": {"token": options.get("api_key") or ""}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )
