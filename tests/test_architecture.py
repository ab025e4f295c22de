"""The shape of the package: arrows, homes, names, light start, error boundary; and what no tracked file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LAYERS = (
    ("cli", "__main__"),
    ("commands", "server"),
    ("assistant", "console", "doctor"),
    ("ingestion", "answering", "verifying", "conversations", "llamaindex"),
    ("search", "answer"),
    ("index", "corpus"),
    ("llm", "prompts", "models"),
    ("served",),
    ("config", "filters", "plan"),
    ("schema", "errors", "version"),
)
"""Imports point down. Modules of one line never import each other; modules of one folder may."""

ALLOWED = {
    ("__main__", "cli"),  # starts it
    ("llamaindex", "assistant"),  # adapters around an Assistant, which imports them when asked for one
}

KNOW_CONFIG = {"assistant", "doctor", "commands", "cli"}

HOMES = {
    "chromadb": {"index.vectors"},
    "llama_index": {"corpus.chunking", "llamaindex", "assistant"},  # assistant: the types that as_retriever gives
    "numpy": {"index", "models", "search", "answer", "assistant", "answering", "ingestion"},
    "onnxruntime": {"models.onnx"},
    "openai": {"served", "llm", "index.embedding"},
    "rich": {"console"},
    "sqlite3": {"index", "conversations"},
    "tokenizers": {"models.onnx"},
    "typer": {"cli", "commands"},
    "yaml": {"config", "prompts"},
}
"""Every package that is not Python's own (and sqlite3), and the modules or folders that may import it."""

HEAVY = ("numpy", "chromadb", "openai", "llama_index", "onnxruntime", "tokenizers", "rich", "yaml", "sqlite3")

BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "core", "base", "manager", "managers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    importer: str
    imported: str
    line: int
    at_start: bool
    """Run when the module is imported, not only when a function is called or types are checked."""

    def __str__(self) -> str:
        return f"rag.{self.importer}:{self.line} imports {self.imported}"


def dotted(path: Path, package: str) -> str:
    """rag/search/fusion.py → "search.fusion"; a package's __init__ → the package; rag/__init__.py → "__init__"."""
    parts = path.relative_to(ROOT / package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def read_imports(package: str) -> list[Import]:
    return [
        imported
        for path in sorted((ROOT / package).rglob("*.py"))
        for imported in walk(ast.parse(path.read_text(encoding="utf-8")), dotted(path, package), at_start=True)
    ]


def walk(node: ast.AST, importer: str, *, at_start: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        for name in names_of(child):
            yield Import(importer=importer, imported=name, line=getattr(child, "lineno", 0), at_start=at_start)
        yield from walk(child, importer, at_start=at_start and not inside and not typing_only)


def names_of(node: ast.AST) -> list[str]:
    """The modules that one statement imports; `from rag import llm` names rag.llm."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    if node.level:
        return ["." * node.level + (node.module or "")]
    if node.module == "rag":
        return [f"rag.{alias.name}" for alias in node.names]
    return [node.module or ""]


IMPORTS = read_imports("rag")


def top(module: str) -> str:
    return module.split(".")[0]


def layer(module: str) -> int:
    return next(depth for depth, modules in enumerate(LAYERS) if top(module) in modules)


def within(module: str, homes: set[str]) -> bool:
    return any(module == home or module.startswith(home + ".") for home in homes)


def python_files() -> list[Path]:
    folders = ("rag", "evals", "benchmarks", "examples", "training", "tests")
    return sorted(chain.from_iterable((ROOT / folder).rglob("*.py") for folder in folders))


def test_every_module_has_a_layer() -> None:
    known = {name for modules in LAYERS for name in modules} | {"__init__"}
    present = {top(dotted(path, "rag")) for path in (ROOT / "rag").rglob("*.py")} - {"samples"}
    assert not present - known, "a new module needs a place in LAYERS"


def test_imports_point_down_the_layers_and_never_across() -> None:
    wrong = [
        str(imported)
        for imported in IMPORTS
        if imported.imported.startswith("rag.")
        and imported.importer != "__init__"
        and not points_down(imported.importer, imported.imported.removeprefix("rag."))
    ]
    assert not wrong


def points_down(importer: str, imported: str) -> bool:
    if top(importer) == top(imported) or (top(importer), top(imported)) in ALLOWED:
        return True
    known = {name for modules in LAYERS for name in modules}
    return top(imported) not in known or layer(importer) < layer(imported)


def test_only_the_top_knows_the_settings() -> None:
    wrong = [
        str(imported)
        for imported in IMPORTS
        if imported.imported.startswith("rag.config") and top(imported.importer) not in KNOW_CONFIG | {"__init__"}
    ]
    assert not wrong


def test_imports_name_the_whole_path() -> None:
    assert not [str(imported) for imported in IMPORTS if imported.imported.startswith(".")]


def test_each_third_party_package_has_one_home() -> None:
    wrong = [
        str(imported)
        for imported in IMPORTS
        if (package := top(imported.imported)) != "rag"
        and (package in HOMES or package not in sys.stdlib_module_names)
        and package != "evals"
        and not within(imported.importer, HOMES.get(package, set()))
    ]
    assert not wrong


def test_only_the_command_that_runs_evals_knows_them() -> None:
    wrong = [
        str(imported)
        for imported in IMPORTS
        if top(imported.imported) in {"evals", "benchmarks", "training", "tests"}
        and not (top(imported.importer) == "commands" and not imported.at_start and top(imported.imported) == "evals")
    ]
    assert not wrong


def test_no_module_has_a_name_that_decides_nothing() -> None:
    wrong = [str(path.relative_to(ROOT)) for path in python_files() if BANNED_NAMES & {path.stem, path.parent.name}]
    assert not wrong


def test_no_module_imports_everything_of_another() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert not wrong


def test_only_the_command_line_turns_errors_into_exit_codes() -> None:
    """Nothing else ends the process or catches everything; for one line of --jsonl or of a chat, commands/ does."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in sorted((ROOT / "rag").rglob("*.py"))
        if (module := dotted(path, "rag")) not in {"cli", "__main__"}
        for line, what in ends_or_swallows(ast.parse(path.read_text(encoding="utf-8")))
        if not (what == "reads an exit code" and top(module) == "commands")
    ]
    assert not wrong


def ends_or_swallows(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"sys.exit", "exit", "quit", "os._exit"}:
            yield node.lineno, "ends the process"
        if isinstance(node, ast.Raise) and node.exc is not None and "SystemExit" in ast.unparse(node.exc):
            yield node.lineno, "ends the process"
        if isinstance(node, ast.Attribute) and node.attr == "exit_code":
            yield node.lineno, "reads an exit code"
        if isinstance(node, ast.ExceptHandler) and catches_everything(node):
            yield node.lineno, "catches everything"


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """A bare `except`, or one of Exception, that does not raise again."""
    names = {"Exception", "BaseException"}
    everything = handler.type is None or any(
        isinstance(node, ast.Name) and node.id in names for node in ast.walk(handler.type)
    )
    return everything and not any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def test_no_test_mocks() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in names_of(node)
        if name.startswith("unittest.mock") or name in {"mock", "pytest_mock"}
    ]
    assert not wrong


@pytest.mark.parametrize("module", ["rag", "rag.cli"])
def test_starting_loads_nothing_heavy(module: str) -> None:
    """What `rag --help` pays for; see benchmarks/startup."""
    code = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & {{name.split('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.split() == []


# --- What no tracked file may hold -----------------------------------------------------------------------------------

MACHINE_PATH = re.compile(r"(?<![\w.:/$}-])/(?:work|farm|root|home|Users|tmp|private)/\w")
PRIVATE_HOST = re.compile(
    r"\b(?:artifact|registry|mirror|proxy|pypi|index)[\w-]*\.(?:[\w-]+\.)*(?:internal|corp|local|lan)\b"
)
SECRET = re.compile(
    r"\b(?:sk-[A-Za-z0-9_-]{24,}|gh[pousr]_[A-Za-z0-9]{30,}|AKIA[0-9A-Z]{16})\b|-----BEGIN [A-Z ]*PRIVATE KEY"
)


def tracked_files() -> list[Path]:
    """What git tracks, or would: everything here that it does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_tracked_file_names_a_machine_a_private_host_or_a_secret() -> None:
    wrong = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        wrong += [
            f"{path.relative_to(ROOT)}:{number}: {match.group()}"
            for number, line in enumerate(text.splitlines(), 1)
            for pattern in (MACHINE_PATH, PRIVATE_HOST, SECRET)
            if (match := pattern.search(line))
        ]
    assert not wrong


def test_lock_files_name_no_index() -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "tests" / "requirements.lock"):
        lines = lock.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("-") or " @ " in line]
