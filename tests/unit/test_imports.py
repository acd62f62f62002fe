"""Who may import whom: the table of docs/architecture.md, read from there and held line by line."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
OURS = ("bot", "classifiers", "training")

ARCHITECTURE = (HOME / "docs" / "architecture.md").read_text(encoding="utf-8")


def table() -> dict[str, tuple[str, ...]]:
    """Return what each package may import of ours beside itself, as the table of docs/architecture.md says."""
    section = ARCHITECTURE.partition("\n## Who may import whom\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \| (.+?) \|", section, re.MULTILINE)
    return {package: tuple(_names(may)) for packages, may in rows for package in _names(packages)}


def _names(cell: str) -> list[str]:
    return re.findall(r"`([\w.]+)`", cell)


TABLE = table()

# What only some of our packages may import, of others' or of the standard library.
ONLY = {
    "telegram": (
        *("bot.handlers", "bot.updates", "bot.sending", "bot.reminders", "bot.housekeeping", "bot.receiver", "bot.app"),
    ),
    "sqlalchemy": ("bot.store",),
    "prometheus_client": ("bot.metrics", "bot.monitoring"),
    "alembic": ("bot.store",),
    "concurrent.futures": (
        "bot.workers",
        "bot.store",  # SQLite waits for the disk, and for locks
        "bot.local",  # stands in for Telegram's own machines
        "training",
    ),
    "multiprocessing": ("bot.workers", "training"),
    "tensorflow": ("training", "classifiers.engines", "bot.cli"),
    "keras": ("training", "classifiers.engines", "bot.cli"),
    "onnxruntime": ("classifiers.engines",),
    "ray": ("bot.cli.cluster",),
    "starlette": ("bot.cli.cluster",),  # what Ray Serve gives a replica
    "subprocess": ("classifiers.isolated", "bot.cli"),
}
NEVER_AT_THE_TOP = (
    "tensorflow",
    "keras",
    "training",
    "sklearn",
    "matplotlib",
    "onnxruntime",
)  # of bot and classifiers: serving has none
ONLY_IN_AN_ENGINE_S_PROCESS = (
    "classifiers.engines.keras",
    "classifiers.engines.onnx",
)  # nobody imports them at the top
MAY_TOUCH_THE_ENVIRONMENT = (
    "bot.settings",
    "bot.cli",  # bench starts processes with an environment of their own
    "training",
)
WORKERS_ONLY = {"to_thread", "run_in_executor"}
MAY_USE_THREADS = ("bot.workers", "bot.local", "bot.store")  # the store opens files and drivers, which may block


@dataclass(frozen=True, kw_only=True)
class Import:
    """One import: who, what, on which line, and whether it happens when the module is loaded."""

    module: str
    target: str
    place: str
    at_the_top: bool


def modules() -> dict[str, Path]:
    """Return every module of ours by its name."""
    found = {}
    for package in OURS:
        for path in sorted((HOME / package).rglob("*.py")):
            parts = path.relative_to(HOME).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


@functools.cache
def trees() -> dict[str, ast.Module]:
    """Return what is in every module, read by whoever tests it, not by all that collect tests."""
    return {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in MODULES.items()}


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


@functools.cache
def imports() -> list[Import]:
    return [one for module, tree in trees().items() for one in _imports_in(module, tree, at_the_top=True)]


def _imports_in(module: str, tree: ast.AST, *, at_the_top: bool) -> Iterator[Import]:
    for node in ast.iter_child_nodes(tree):
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for target in _targets(module, node):
            place = f"{MODULES[module].relative_to(HOME)}:{getattr(node, 'lineno', 0)}"
            yield Import(module=module, target=target, place=place, at_the_top=at_the_top)
        yield from _imports_in(module, node, at_the_top=at_the_top and not inside)


def _targets(module: str, node: ast.AST) -> list[str]:
    """Return the dotted names that a statement imports: modules, where it names some of ours, else what it is from."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    source = node.module or ""
    if node.level:
        own = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
        source = ".".join(filter(None, [*own.split(".")[: len(own.split(".")) - node.level + 1], source]))
    named = [f"{source}.{alias.name}" for alias in node.names]
    return [name if name in MODULES else source for name in named]


def row(module: str) -> str:
    """Return the line of the table that a module stands on."""
    found = max((package for package in TABLE if within(module, package)), key=len, default="")
    assert found, f"{module} stands on no line of the table"
    return found


def broken_rules(found: list[Import]) -> list[str]:
    """Return `file:line: what it imports: the rule`."""
    lines = []
    for one in found:
        package = row(one.module)
        if one.target.split(".")[0] in OURS and not _allowed(one.target, package):
            may = ", ".join(TABLE[package]) or "nothing else of ours"
            lines.append(f"{one.place}: {one.target}: {package} may import {may}")
        lines += [
            f"{one.place}: {one.target}: only {', '.join(who)} may import {name}"
            for name, who in ONLY.items()
            if within(one.target, name) and not any(within(one.module, package) for package in who)
        ]
        may_be_at_the_top = one.module in ONLY_IN_AN_ENGINE_S_PROCESS or within(one.module, "training")
        if one.at_the_top and not may_be_at_the_top and one.target.split(".")[0] in NEVER_AT_THE_TOP:
            lines.append(
                f"{one.place}: {one.target}: import it inside the function that needs it: serving does without"
            )
    return sorted(set(lines))


def _allowed(target: str, package: str) -> bool:
    own = package != "bot" and within(target, package)
    return own or any(within(target, allowed) or target == "bot" for allowed in TABLE[package])


def test_every_import_keeps_to_the_table() -> None:
    assert broken_rules(imports()) == []


def test_the_table_names_only_what_there_is() -> None:
    named = {*TABLE, *(name for may in TABLE.values() for name in may)}
    assert named - set(MODULES) == set()


def test_packages_import_each_other_in_no_circle() -> None:
    below: dict[str, set[str]] = {package: set() for package in TABLE}
    for one in imports():
        if one.target.split(".")[0] in OURS and one.at_the_top and row(one.module) != row(one.target):
            below[row(one.module)].add(row(one.target))
    while leaves := {package for package, others in below.items() if not others & set(below)}:
        below = {package: others for package, others in below.items() if package not in leaves}
    assert below == {}, "these import each other in a circle"


def test_modules_import_each_other_in_no_circle() -> None:
    below: dict[str, set[str]] = {module: set() for module in MODULES}
    for one in imports():
        # A package's own modules may be imported by its __init__ and yet come through it.
        if one.target in MODULES and one.at_the_top and not within(one.module, one.target):
            below[one.module].add(one.target)
    while leaves := {module for module, others in below.items() if not others & set(below)}:
        below = {module: others for module, others in below.items() if module not in leaves}
    assert below == {}, "these import each other in a circle"


def test_what_handlers_share_stands_below_them_and_none_imports_another() -> None:
    takes_updates = {
        module
        for module, tree in trees().items()
        if within(module, "bot.handlers")
        and any(isinstance(node, ast.FunctionDef) and node.name == "handlers" for node in tree.body)
    }
    assert "bot.handlers.photos.photo" in takes_updates
    sideways = [
        f"{one.place}: {one.target}: what two handlers share is a module of its own"
        for one in imports()
        if one.target in takes_updates and within(one.module, "bot.handlers") and one.module != "bot.handlers"
    ]
    assert sideways == []


def test_only_settings_knows_the_environment() -> None:
    faults = [
        f"{MODULES[module].relative_to(HOME)}:{node.lineno}: only bot.settings reads the environment"
        for module, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv", "putenv"}
        and not any(within(module, package) for package in MAY_TOUCH_THE_ENVIRONMENT)
    ]
    assert faults == []


def test_only_workers_starts_threads() -> None:
    faults = [
        f"{MODULES[module].relative_to(HOME)}:{node.lineno}: {node.attr}: only bot.workers does work on threads"
        for module, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in WORKERS_ONLY
        and not any(within(module, package) for package in MAY_USE_THREADS)
    ]
    assert faults == []


def test_every_module_says_first_what_it_is_for() -> None:
    silent = [
        str(MODULES[module].relative_to(HOME))
        for module, tree in trees().items()
        if not (ast.get_docstring(tree) or "")
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("modules", "unneeded"),
    [
        (
            "classifiers.registry, classifiers.engines.litert, classifiers.metrics",
            "telegram sqlalchemy tensorflow keras aiohttp",
        ),
        ("bot.cli.main", "telegram sqlalchemy numpy PIL yaml aiohttp"),  # until a command is run that needs it
    ],
)
def test_what_needs_neither_telegram_nor_a_database_starts_without_them(modules: str, unneeded: str) -> None:
    import subprocess  # noqa: PLC0415

    program = f"import sys, {modules}\nprint([name for name in {unneeded.split()!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("module", "target", "rule"),
    [
        ("classifiers.card", "bot.texts", "classifiers may import nothing else of ours"),
        ("classifiers.card", "telegram.ext", "only bot.handlers"),
        ("bot.store.database", "classifiers.card", "bot.store may import bot.regular_file"),
        ("bot.examiner", "bot.handlers", "bot.examiner may import"),
        ("bot.examiner", "sqlalchemy", "only bot.store may import sqlalchemy"),
        ("bot.local.server", "bot.store", "bot.local may import nothing else of ours"),
        ("classifiers.engines.litert", "classifiers.verdict", "classifiers.engines may import"),
        ("classifiers.card", "keras", "import it inside the function"),
        ("training.data", "bot.settings", "training may import classifiers"),
        ("bot.replies.annotated_photo", "concurrent.futures", "only bot.workers"),
        ("classifiers.engines.remote.engine", "ray.serve", "only bot.cli.cluster may import ray"),
    ],
)
def test_a_broken_rule_is_named_with_its_file_and_line(module: str, target: str, rule: str) -> None:
    place = f"{MODULES[module].relative_to(HOME)}:7"
    lines = broken_rules([Import(module=module, target=target, place=place, at_the_top=True)])
    assert any(line.startswith(f"{place}: {target}: ") and rule in line for line in lines), lines
