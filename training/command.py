"""How a recipe is started: what it cannot read or write ends it in a sentence, never in a traceback."""

import errno
from collections.abc import Callable

from classifiers.errors import CodedError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_ROOM = "No space left on device"  # as libraries say it that give no number


def run_recipe(main: Callable[[], None]) -> None:
    """Run a recipe's `main`. Raises SystemExit with what is to be mended."""
    try:
        main()
    except OSError as error:
        raise SystemExit(_told(error)) from error
    except CodedError as error:
        raise SystemExit(str(error)) from error


def _told(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    why = f"{place}{error.strerror or error}"
    if error.errno in _FULL or _NO_ROOM in str(error):
        return f"{why}: make room and give the same command again; what was finished is kept"
    if error.errno in _FORBIDDEN:
        return f"{why}: give another place, or the right to this one"
    return why
