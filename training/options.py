"""The command-line options that every recipe has."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path


def parser(about: str | None) -> argparse.ArgumentParser:
    """Return a parser with --data, --run and --cache; `about` is the recipe's docstring."""
    options = bare_parser(about)
    add_data(options)
    options.add_argument("--run", type=Path, default=Path("runs/skin"), help="where the run is kept, and goes on from")
    options.add_argument("--cache", type=Path, help="where decoded photos are kept (default: in the run)")
    return options


def bare_parser(about: str | None) -> argparse.ArgumentParser:
    """Return a parser without options, which names the command that was given."""
    spec = sys.modules["__main__"].__spec__
    command = f"python -m {spec.name.removesuffix('.__main__')}" if spec else None
    return argparse.ArgumentParser(
        prog=command, description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def add_data(options: argparse.ArgumentParser) -> None:
    """Add --data."""
    data = os.environ.get("CHECKUP_DATA")
    options.add_argument(
        "--data", type=Path, default=data, required=data is None, help="the folder of data sets (default: CHECKUP_DATA)"
    )


def at_least(least: int) -> Callable[[str], int]:
    """Return what reads a whole number of an option, and refuses a smaller one."""

    def number(written: str) -> int:
        if not written.lstrip("+-").isdecimal() or int(written) < least:
            raise argparse.ArgumentTypeError(f"{written!r} is no whole number from {least} on")
        return int(written)

    return number
