"""Read the archives of all faults: the first line of each names its cause, and no file holds a secret in any form.

usage: archives.py FOLDER <JSON      {"faults": {NAME: {"cause": PATTERN}}, "secrets": [TEXT]}
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tarfile
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

# What every program says first, masked: were it not there, that no secret is found would prove nothing.
SPOKEN = b"as it is: [masked], in a URL: [masked], in base64: "


def forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """How a secret can stand in a file, with a word for each."""
    yield "as it is", secret.encode()
    yield "quoted for JSON", json.dumps(secret)[1:-1].encode()
    yield "quoted for a URL", urllib.parse.quote(secret, safe="").encode()
    yield "quoted for a URL, but for slashes", urllib.parse.quote(secret).encode()
    # In base64 the bytes around it count too: three ways, without the characters that depend on them.
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + secret.encode() + b"\0" * 3)
        yield f"in base64 at offset {offset}", coded[4 if offset else 0 : -8]


def complaints(folder: Path, name: str, cause: str, secrets: list[str]) -> Iterator[str]:
    """What is wrong with one archive."""
    with tarfile.open(folder / f"{name}.tar.gz") as archive:
        members = {member.name: archive.extractfile(member) for member in archive}
        texts = {name: file.read() for name, file in members.items() if file}
    first = texts["support-bundle/index.md"].decode().split("\n", 1)[0]
    if not re.fullmatch(f"# (Likely cause: )?{cause}", first, re.IGNORECASE):
        yield f"{name}: the index begins with {first}"
    for path, text in texts.items():
        for number, secret in enumerate(secrets):
            yield from (f"{name}: secret {number} in {path}, {how}" for how, form in forms(secret) if form in text)
        if path.endswith("/program.log") and SPOKEN not in text:
            yield f"{name}: {path} does not hold what was said"


def main() -> int:
    """The exit code."""
    folder, given = Path(sys.argv[1]), json.load(sys.stdin)
    found = [
        complaint
        for name, fault in given["faults"].items()
        for complaint in complaints(folder, name, fault["cause"], given["secrets"])
    ]
    print("\n".join(found) or f"{len(given['faults'])} archives are as they should be")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
