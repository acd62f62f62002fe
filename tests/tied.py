"""Runs a program that ends with whoever started it, however that one ended: its standard input is then at its end.

python tests/tied.py -m bot run
python tests/tied.py tests/poisoned_bot.py
"""

from __future__ import annotations

import os
import runpy
import sys
import threading


def end_with_parent() -> None:
    """Wait for the end of standard input, to which nothing is ever written, and end the process."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    is_module = sys.argv[1] == "-m"
    sys.argv = sys.argv[2 if is_module else 1 :]
    run = runpy.run_module if is_module else runpy.run_path
    run(sys.argv[0], run_name="__main__")
