"""Files' names as they are printed, whatever bytes are in them: on Linux a name may hold a line break, or be no UTF-8."""

import json
import os
import re
from typing import Any

_LONE = re.compile("[\ud800-\udfff]")  # how Python holds a byte that is no UTF-8


def shown(name: object) -> str:
    """Return a name for a terminal: what breaks a line, colours it or turns it around is written as its number."""
    plain = os.fsencode(str(name)).decode("utf-8", "backslashreplace")
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in plain)


def json_of(content: Any, *, indent: int | None = None) -> str:
    """Return JSON that is always UTF-8; `os.fsencode` makes a name of it again."""
    return _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(content, ensure_ascii=False, indent=indent))
