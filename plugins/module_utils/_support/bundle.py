# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive: an index that names the likely cause first, and the files behind it. Private to this collection."""

from __future__ import annotations

import dataclasses
import functools
import io
import os
import tarfile
import typing as t

from .collect import Collection, dumps, events_text, secrets_text
from .diagnosis import NOTHING
from .facts import Aws, Facts
from .findings import Finding
from .masking import Masker

try:
    import yaml

    # The one in C is several times as fast.
    dump: t.Callable[..., t.Any] = functools.partial(yaml.dump, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))
except ImportError:  # openshift-client, which the module asks for, brings it
    dump = str


def index(facts: Facts, findings: t.Sequence[Finding], files: t.Iterable[str]) -> str:
    """The first page. Its first line is the likely cause."""
    first = f"Likely cause: {findings[0].cause}" if findings else NOTHING.capitalize()
    lines = [f"# {first}", ""]
    if findings:
        lines += _told(findings[0])
    if findings[1:]:
        lines += ["## Also found", "", "The first may well be the reason for these.", ""]
        for finding in findings[1:]:
            lines += [f"### {finding.cause}", "", *_told(finding)]
    if facts.problems or facts.api_error:
        lines += ["## Not collected", ""]
        lines += [f"- {' '.join(problem.split())}" for problem in (*facts.problems, facts.api_error) if problem]
        lines.append("")
    lines += ["## Files", "", f"Collected {facts.now:%Y-%m-%d %H:%M:%S} UTC, secrets replaced by `[masked]`.", ""]
    lines += [f"- {name}" for name in sorted(files)]
    return "\n".join(lines) + "\n"


def _told(finding: Finding) -> list[str]:
    return [*(f"- {line}" for line in finding.evidence), f"- **Remedy:** {finding.remedy}", ""]


def texts(collection: Collection, facts: Facts, masker: Masker) -> dict[str, str]:
    """Every file of the archive but the index, masked."""
    plain = dict(collection.texts)
    for key, log in facts.logs.items():
        suffix = ".previous.log" if key.previous else ".log"
        plain[f"{key.namespace}/logs/{key.pod}/{key.container}{suffix}"] = log
    for namespace in facts.namespaces:
        plain[f"{namespace}/events.txt"] = events_text(facts, namespace)
    plain["secrets.txt"] = secrets_text(facts)
    files = {name: masker.text(text) for name, text in plain.items() if text.strip()}
    trees: dict[str, t.Any] = dict(dumps(facts))
    for release in facts.helm_releases:
        trees[f"{release['namespace']}/helm/{release['name']}.yaml"] = release
    if facts.aws != Aws():
        trees["aws.yaml"] = {key: _plain(value) for key, value in dataclasses.asdict(facts.aws).items()}
    for name, tree in trees.items():
        # Twice: by the names of the fields, then what only shows in the text.
        files[name] = masker.text(str(dump(_plain(masker.tree(tree)), sort_keys=False, width=200)))
    return files


def _plain(value: t.Any) -> t.Any:
    """What YAML can say: lists for tuples, texts for times."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def write(path: str, files: t.Mapping[str, str], mtime: float) -> None:
    """A tar.gz that only its owner can read, with everything in one folder."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
        # The index first: it is what one looks for.
        for name in sorted(files, key=lambda name: (name != "index.md", name)):
            data = files[name].encode()
            entry = tarfile.TarInfo(f"support-bundle/{name}")
            entry.size, entry.mtime, entry.mode = len(data), int(mtime), 0o600
            archive.addfile(entry, io.BytesIO(data))
