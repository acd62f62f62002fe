"""The console command `checkup`, and `python -m bot`."""

import io
import os
import sys

from bot.cli.main import app

_OUTPUT, _ERROR = 1, 2  # the numbers of standard output and error


def main() -> None:
    """Run the command that the arguments name."""
    _open_standard_streams()
    _write_any_letter()
    app()


def _open_standard_streams() -> None:
    """Lead to nowhere what is closed of standard input, output and error: an event loop that is given their numbers aborts."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= _ERROR:
        pass
    os.close(number)
    sys.stdout = sys.stdout or open(_OUTPUT, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as it runs
    sys.stderr = sys.stderr or open(_ERROR, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _write_any_letter() -> None:
    """Write as its code what standard output's encoding has no letter for, in place of ending with a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
