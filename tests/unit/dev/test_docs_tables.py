"""The tables of the documentation, and the names and links in it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import docutils.core
import docutils.nodes
import pytest

from tests import docs_tables
from tests.collection_tree import CHECKOUT
from tests.docs_tables import MARKER, Item

GOOD = Item(
    guide="Guide",
    part="Part",
    number=1,
    lines="1-2",
    item="A step with `code`",
    wrong="Everything.",
    status="done",
    by=("role litellm", "make rehearse"),
    command="true",
    shows="yes",
)


def test_the_file_and_the_pages_are_in_order() -> None:
    assert docs_tables.lint() == []


def test_a_good_item_has_no_problem() -> None:
    assert list(docs_tables.problems_of(GOOD)) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"status": "perhaps"}, "status is 'perhaps'"),
        ({"command": ""}, "done needs"),
        ({"by": ()}, "done needs"),
        ({"status": "later"}, "later needs a reason"),
        ({"shows": ""}, "needs what it shows"),
        ({"by": ("role nothing",)}, "there is no role nothing"),
        ({"by": ("make nothing",)}, "there is no make nothing"),
        ({"by": ("input litellm_nothing",)}, "there is no input litellm_nothing"),
        ({"by": ("gadget litellm",)}, "there is no gadget litellm"),
        ({"command": ".venv/bin/python -m tests.run nothing"}, "there is no stage nothing"),
        ({"command": ".venv/bin/python -m pytest tests/unit/dev/test_none.py"}, "there is no test"),
        ({"command": ".venv/bin/python -m pytest tests/unit/dev/test_run.py::test_none"}, "there is no test"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, object], problem: str) -> None:
    item = dataclasses.replace(GOOD, **changes)  # type: ignore[arg-type]
    assert any(problem in told for told in docs_tables.problems_of(item))


@pytest.mark.parametrize(
    "name",
    [
        "role litellm",
        "module litellm_key",
        "filter bedrock_iam_policy",
        "playbook site.yml",
        "file LICENSE",
        "make test",
        "input litellm_host",
        "input gateway_models",
    ],
)
def test_what_is_there_is_found(name: str) -> None:
    assert docs_tables.exists(name)


def test_every_number_has_to_be_there_once() -> None:
    told = docs_tables.problems([GOOD, GOOD])
    assert "number 97 is missing" in told and "number 1 is there twice" in told


def test_tables() -> None:
    text = "\n".join(docs_tables.walkthrough([GOOD]))
    assert "   * - 1\n     - A step with ``code`` (1-2)\n     - role ``litellm``, make ``rehearse``\n" in text
    assert "1 done, 0 later, 0 not wanted." in docs_tables.requirements([GOOD])
    assert "``true`` shows ``yes``" in "\n".join(docs_tables.requirements([GOOD]))


def test_what_people_wrote_above_the_marker_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.rst"
    page.write_text(f"Title\n\n{MARKER}\n\nold\n")
    assert docs_tables.page_text(page, ["new"]) == f"Title\n\n{MARKER}\n\nnew\n"


def documents() -> list[Path]:
    return [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("examples/*.md"), *CHECKOUT.glob("roles/*/README.md")]


@pytest.mark.parametrize("document", [str(path.relative_to(CHECKOUT)) for path in documents()])
def test_links_inside_the_checkout_lead_somewhere(document: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (CHECKOUT / document).read_text())
    ours = [re.fullmatch(r"https://github.com/llmops/bedrock/(?:blob|raw)/main/(.+)", link) for link in links]
    local = [CHECKOUT / link[1] for link in ours if link]
    local += [(CHECKOUT / document).parent / link for link in links if "://" not in link]
    assert [str(path) for path in local if not path.exists()] == []


@pytest.mark.parametrize("page", sorted(path.name for path in docs_tables.PAGES.glob("*.rst")))
def test_a_page_is_proper_restructuredtext(page: str) -> None:
    # The references between pages are Sphinx's; antsibull-docs checks those.
    text = (docs_tables.PAGES / page).read_text().replace(":ref:", "")
    document = docutils.core.publish_doctree(text, settings_overrides={"report_level": 2, "warning_stream": False})
    assert [node.astext() for node in document.findall(docutils.nodes.system_message)] == []
