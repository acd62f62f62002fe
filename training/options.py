"""The command-line options that every recipe has."""

import argparse
import os
from pathlib import Path


def parser(about: str | None) -> argparse.ArgumentParser:
    """Return a parser with --data, --run and --cache; `about` is the recipe's docstring."""
    options = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = os.environ.get("CHECKUP_DATA")
    options.add_argument(
        "--data", type=Path, default=data, required=data is None, help="the folder of data sets (default: CHECKUP_DATA)"
    )
    options.add_argument("--run", type=Path, default=Path("runs/skin"), help="where the run is kept, and goes on from")
    options.add_argument("--cache", type=Path, help="where decoded photos are kept (default: in the run)")
    return options
