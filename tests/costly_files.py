"""`python tests/costly_files.py`: what opening each costly file takes in a process of its own, and how it ends."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

_WRITE = """
import sys
from pathlib import Path
from hostile_files import write_all
write_all(Path(sys.argv[1]), broken_of_each=0)
"""
_OPEN = """
import resource, sys, time
from pathlib import Path
from classifiers.errors import Refusal
from classifiers.photo.open import open_photo
started = time.perf_counter()
try:
    photo = open_photo(Path(sys.argv[1]).read_bytes(), least=448)
    end = f"opened at {photo.image.width} x {photo.image.height}"
except Refusal as refused:
    end = type(refused).__name__
print(f"{time.perf_counter() - started:6.1f} s", end="  ")
unit = 2**20 if sys.platform == "darwin" else 2**10
print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit:5} MB  {end}")
"""


def main() -> None:
    """Print seconds, the process's own most memory in MB (not its worker's, which is bounded), and the end, by file."""
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own, since what is started counts what this one held as its own.
        subprocess.run([sys.executable, "-c", _WRITE, folder], cwd=Path(__file__).parent, check=True)
        for path in sorted(Path(folder).iterdir()):
            command = [sys.executable, "-W", "ignore", "-c", _OPEN, str(path)]
            done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True)
            sys.stdout.write(f"{path.name:22}{path.stat().st_size:>9} bytes {done.stdout.rstrip()}\n")


if __name__ == "__main__":
    main()
