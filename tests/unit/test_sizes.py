"""Files and functions stay short enough to be read at once."""

import ast
import math
from pathlib import Path

HOME = Path(__file__).parents[2]
FILES = sorted(file for package in ("bot", "classifiers", "training") for file in (HOME / package).rglob("*.py"))
LONGEST_FILE = 250  # lines
LONGEST_FUNCTION = 20  # lines, of 95 in 100 functions


def test_no_file_is_too_long() -> None:
    lines = {str(file.relative_to(HOME)): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    assert {file: number for file, number in lines.items() if number > LONGEST_FILE} == {}


def test_few_functions_are_long() -> None:
    lengths = {
        f"{file.relative_to(HOME)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    too_long = sorted((number, place) for place, number in lengths.items() if number > LONGEST_FUNCTION)
    allowed = math.floor(0.05 * len(lengths))
    assert len(too_long) <= allowed, "\n".join(f"{number} lines: {place}" for number, place in reversed(too_long))
