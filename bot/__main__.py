"""The console command `checkup`, and `python -m bot`."""

import os
import sys

from bot.cli.main import app

_OUTPUT, _ERROR = 1, 2  # the numbers of standard output and error


def main() -> None:
    """Run the command that the arguments name."""
    _open_standard_streams()
    app()


def _open_standard_streams() -> None:
    """Lead to nowhere what is closed of standard input, output and error: an event loop that is given their numbers aborts."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= _ERROR:
        pass
    os.close(number)
    sys.stdout = sys.stdout or open(_OUTPUT, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as it runs
    sys.stderr = sys.stderr or open(_ERROR, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


if __name__ == "__main__":
    main()
