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


class Client:
    """Runs read-only commands. Use it inside of ``connected``."""

    def __init__(self, context: str | None, timeout: int) -> None:
        self._context = [f"--context={context}"] if context else []
        self._timeout = timeout

    def run(self, verb: str, *arguments: str) -> Answer:
        """One command. What it printed counts even where it complained: a forbidden kind does not hide the others."""
        with oc.timeout(self._timeout), oc.no_tracking():
            result = oc.invoke(verb, [*self._context, *arguments], no_namespace=True, auto_raise=False)
        if result.get_timeout():
            return Answer(result.out(), f"{verb} {' '.join(arguments)}: no answer within {self._timeout} s")
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
    return (
        "; ".join([line for line in lines if not re.match(r"[IWEF]\d{4} |.*: setlocale: ", line)] or lines)
        or "it failed silently"
    )


@contextlib.contextmanager
def connected(program: str, options: t.Mapping[str, t.Any], timeout: int) -> t.Iterator[Client]:
    """A client for connection options named as in kubernetes.core.

    program: path of oc or kubectl.
    timeout: seconds for one command.
    """
    with contextlib.ExitStack() as stack:
        path = options.get("kubeconfig")
        if options.get("host"):
            path = stack.enter_context(_temporary(kubeconfig.content(options)))
        stack.enter_context(oc.client_path(program))
        # Only the kubeconfig: openshift_client would put a server, a token and a CA on the command line.
        stack.enter_context(oc.api_server(kubeconfig_path=path))
        yield Client(None if options.get("host") else options.get("context"), timeout)


@contextlib.contextmanager
def _temporary(text: str) -> t.Iterator[str]:
    handle, path = tempfile.mkstemp(prefix="support-bundle-")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        yield path
    finally:
        os.unlink(path)  # noqa: PTH108 - a path of tempfile's
