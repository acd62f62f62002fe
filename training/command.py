"""How a recipe is started: what it cannot read or write ends it in a sentence, never in a traceback."""

import errno
from collections.abc import Callable

from classifiers.errors import CodedError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_ROOM = "No space left on device"  # as libraries say it that give no number
_MAKE_ROOM = "make room and give the same command again; what was finished is kept"


def run_recipe(main: Callable[[], None]) -> None:
    """Run a recipe's `main`. Raises SystemExit with what is to be mended."""
    try:
        main()
    except OSError as error:
        raise SystemExit(_told(error)) from error
    except CodedError as error:
        raise SystemExit(str(error)) from error
    except Exception as error:
        if _NO_ROOM not in str(error):  # TensorFlow's own errors say no more
            raise
        raise SystemExit(f"{_NO_ROOM}: {_MAKE_ROOM}") from error


def _told(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    why = f"{place}{error.strerror or error}"
    if error.errno in _FULL or _NO_ROOM in str(error):
        return f"{why}: {_MAKE_ROOM}"
    if error.errno in _FORBIDDEN:
        return f"{why}: give another place, or the right to this one"
    return why
