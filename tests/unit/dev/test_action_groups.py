"""Every module is in the action group of its options, so that module_defaults reach it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
GROUPS = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]
FRAGMENTS = {
    "aws": "amazon.aws.region.modules",
    "litellm": "llmops.bedrock.litellm",
    "open_webui": "llmops.bedrock.open_webui",
}
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))


def documentation(module: str) -> dict[str, object]:
    text = (ROOT / f"plugins/modules/{module}.py").read_text()
    return yaml.safe_load(text.split('DOCUMENTATION = r"""', 1)[1].split('"""', 1)[0])


@pytest.mark.parametrize("module", MODULES)
def test_a_module_with_a_groups_options_is_in_the_group(module: str) -> None:
    extended = documentation(module).get("extends_documentation_fragment") or []
    for group, fragment in FRAGMENTS.items():
        assert (fragment in extended) == (module in GROUPS[group]), group


def test_groups_name_no_module_that_is_not_there() -> None:
    named = {name for group in GROUPS.values() for name in group if isinstance(name, str)}
    assert named <= set(MODULES)
