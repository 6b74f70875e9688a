"""The import order of the house (docs: fmcore/__init__.py) and what each side of it must never load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE_SIDE = [
    "fmcore.errors",
    "fmcore.records",
    "fmcore.language",
    "fmcore.bounds",
    "fmcore.settings",
    "fmcore.stats",
    "fmcore.data",
    "fmcore.tasks",
    "fmcore.models",
    "fmcore.training",
    "fmcore.finetune",
    "fmcore.evaluation",
    "fmcore.explain",
    "fmcore.audit",
    "fmcore.store",
    "fmcore.report",
    "fmcore.pipeline",
    "fmcore.jobs",
    "fmcore.inference",
]


def imported_names(path: Path) -> set[str]:
    """Return the top-level names of every import in a file, those inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add((node.module or "").split(".")[0])
    return names


def python_files(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"no Python file under {folder}"
    return found


def test_a_module_imports_only_from_its_own_line_or_a_line_above() -> None:
    done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", ["stats", "store", "report"])
def test_statistics_store_and_report_never_import_torch(package: str) -> None:
    for path in python_files(f"fmcore/{package}"):
        assert not imported_names(path) & {"torch", "transformers", "accelerate"}, path


def test_the_engine_never_imports_the_screen() -> None:
    for path in python_files("fmcore"):
        assert not imported_names(path) & {"streamlit", "pages", "app"}, path


def test_pages_never_import_a_training_library() -> None:
    for path in [*python_files("pages"), ROOT / "app.py"]:
        assert not imported_names(path) & {"torch", "transformers", "accelerate", "datasets"}, path


def test_what_pages_import_loads_no_training_library() -> None:
    modules = [m for m in page_side_modules() if not m.endswith((".__main__", ".child"))]
    code = f"import importlib, sys\nfor m in {modules!r}: importlib.import_module(m)\n"
    code += "print(sorted({'torch', 'transformers', 'accelerate', 'streamlit'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def page_side_modules() -> list[str]:
    """Return what the pages' own import lines name in fmcore, and the face of every package."""
    found = set(PAGE_SIDE)
    for path in [*python_files("pages"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fmcore"):
                found.add(str(node.module))
    return sorted(found)


def test_no_remote_code_pickle_or_eval_in_the_engine() -> None:
    for path in [*python_files("fmcore"), *python_files("pages")]:
        assert "pickle" not in imported_names(path), path
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        assert not called & {"eval", "exec"}, path
        keywords = {k.arg: k.value for node in ast.walk(tree) if isinstance(node, ast.Call) for k in node.keywords}
        trust = keywords.get("trust_remote_code")
        assert trust is None or (isinstance(trust, ast.Constant) and trust.value is False), path
        shell = keywords.get("shell")
        assert shell is None or (isinstance(shell, ast.Constant) and shell.value is False), path
        assert "unsafe_allow_html" not in keywords, path
