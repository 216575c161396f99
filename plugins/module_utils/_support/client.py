# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster through `oc` or `kubectl`, which the package openshift-client drives. Private to this collection."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
import traceback
import typing as t
from dataclasses import dataclass

from . import kubeconfig

try:
    import openshift_client  # type: ignore[import-untyped]

    oc: t.Any = openshift_client
    IMPORT_ERROR = None
except ImportError:
    IMPORT_ERROR = traceback.format_exc()


class Answer(t.NamedTuple):
    """What a command said. complaint is empty when all went well."""

    out: str
    complaint: str


@dataclass(frozen=True)
class Client:
    """Runs read-only commands, from several threads at once too. Made by ``connected``.

    program: path of oc or kubectl. timeout: seconds for one command.
    """

    program: str
    kubeconfig: str | None
    context: str | None
    timeout: int

    def run(self, verb: str, *arguments: str) -> Answer:
        """One command. What it printed counts even where it complained: a forbidden kind does not hide the others."""
        words = [*([f"--context={self.context}"] if self.context else []), *arguments]
        # Only the kubeconfig: openshift_client would put a server, a token and a CA on the command line. What it is
        # told holds for one thread, so that each command tells it anew.
        where = oc.api_server(kubeconfig_path=self.kubeconfig)
        with oc.client_path(self.program), where, oc.no_tracking(), oc.timeout(self.timeout):
            result = oc.invoke(verb, words, no_namespace=True, auto_raise=False)
        if result.get_timeout():
            return Answer(result.out(), f"{verb} {' '.join(arguments)}: no answer within {self.timeout} s")
        return Answer(result.out(), _complaint(result.err()) if result.status() else "")

    def objects(self, kinds: t.Iterable[str], namespace: str | None = None) -> tuple[list[dict[str, t.Any]], str]:
        """All objects of the kinds, and a complaint."""
        where = ["--namespace", namespace] if namespace else []
        answer = self.run("get", ",".join(kinds), *where, "--output=json", "--ignore-not-found")
        if not answer.out.strip():
            return [], answer.complaint
        try:
            found = json.loads(answer.out)
        except ValueError as error:
            return [], answer.complaint or f"get {','.join(kinds)}: {error}"
        return list(found.get("items", [found])), answer.complaint


def _complaint(said: str) -> str:
    """What went wrong, without log lines of the client's library, or of a shell without openshift-client's locale."""
    lines = [line for line in said.splitlines() if line.strip()]
    kept = [line for line in lines if not re.match(r"[IWEF]\d{4} |.*: setlocale: ", line)]
    return "\n".join(kept or lines) or "it failed silently"


@contextlib.contextmanager
def connected(program: str, options: t.Mapping[str, t.Any], timeout: int) -> t.Iterator[Client]:
    """A client for connection options named as in kubernetes.core."""
    if not options.get("host"):
        yield Client(program, options.get("kubeconfig"), options.get("context"), timeout)
        return
    with _temporary(kubeconfig.content(options)) as path:
        yield Client(program, path, None, timeout)


@contextlib.contextmanager
def _temporary(text: str) -> t.Iterator[str]:
    handle, path = tempfile.mkstemp(prefix="support-bundle-")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        yield path
    finally:
        os.unlink(path)  # noqa: PTH108 - a path of tempfile's
