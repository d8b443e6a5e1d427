"""Imports run one way (design, section 3): an app imports only from those before it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ORDER = ["districts", "accounts", "tasks", "quality", "scoring", "eldercare"]


def imported(source: str) -> set[str]:
    """The first names of all modules that a source imports, wherever the import stands."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("app", ORDER)
def test_an_app_imports_only_from_those_before_it(app):
    later = set(ORDER[ORDER.index(app) + 1 :])

    wrong = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / app).rglob("*.py")
        for name in imported(path.read_text("utf-8")) & later
    }

    assert wrong == set()


def test_an_import_is_found_wherever_it_stands():
    source = "import scoring.models as m\ndef f():\n    from eldercare.demo import x\nfrom . import tasks\n"

    assert imported(source) == {"scoring", "eldercare"}


def test_the_order_names_every_app():
    assert {path.parent.name for path in ROOT.glob("*/apps.py")} == set(ORDER)
