"""Runs a program that ends with whoever started it, however that one ended: its standard input is then at its end.

python tests/tied.py -m bot run
python tests/tied.py tests/poisoned_bot.py
"""

from __future__ import annotations

import os
import runpy
import sys
import threading
from collections.abc import Sequence


def end_with_parent() -> None:
    """Wait for the end of standard input, to which nothing is ever written, and end the process."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def run_tied(program: Sequence[str]) -> None:
    """Be `python *program` to its end, or until standard input ends."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    is_module = program[0] == "-m"
    sys.argv = list(program[1 if is_module else 0 :])
    run = runpy.run_module if is_module else runpy.run_path
    run(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    run_tied(sys.argv[1:])
