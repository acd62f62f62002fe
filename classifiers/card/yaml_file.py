"""YAML read strictly: a key that stands twice is a fault, not a silent winner."""

import errno
import os
import stat
from pathlib import Path
from typing import Any

import yaml

_MOST = 2**22  # bytes of a file: our longest card has some ten thousand
_MOST_KEYS = 10_000  # of one mapping
_MOST_BRACKETS, _LONGEST_LINE = 1000, 2000  # more may be nested deeper than libyaml's stack is


_WORDS = {  # where YAML's own words do not say what to do
    "found character that cannot start any token": "a tab, @, ` or % begins something here: indent with spaces, or use quotes",
}


class _RemembersTwice:
    """Of a loader: remembers keys it has seen twice."""

    def __init__(self, text: str) -> None:
        super().__init__(text)  # type: ignore[call-arg]
        self.faults: list[tuple[int, str]] = []  # line, what is wrong

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value
            if isinstance(key, str) and key in seen:
                self.faults.append((key_node.start_mark.line + 1, f"the key {key} stands twice"))
            seen.add(key if isinstance(key, str) else id(key))
        return super().construct_mapping(node, deep)  # type: ignore[misc, no-any-return]

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        super().flatten_mapping(node)  # type: ignore[misc]
        if len(node.value) > _MOST_KEYS:  # keys that are merged (<<) of others that are, each time ten times as many
            raise yaml.constructor.ConstructorError(None, None, "has too many keys", node.start_mark)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)  # type: ignore[misc]
        except ValueError as error:  # a date such as 2026-02-31
            self.faults.append((node.start_mark.line + 1, str(error)))
            return None


class _Loader(_RemembersTwice, yaml.CSafeLoader):
    """libyaml, six times as fast."""


class _PatientLoader(_RemembersTwice, yaml.SafeLoader):
    """The same in Python, which ends a text that is nested too deep with an exception."""


def _loader(text: str) -> _Loader | _PatientLoader:
    is_flat = (
        sum(map(text.count, "[{")) < _MOST_BRACKETS and len(max(text.splitlines(), key=len, default="")) < _LONGEST_LINE
    )
    return _Loader(text) if is_flat else _PatientLoader(text)


def read_small(path: Path) -> bytes:
    """Return what is in a file that somebody wrote. Raises OSError, also where it is no regular file or larger than any is."""
    try:
        found = path.stat()
    except ValueError:  # as where it has a zero byte
        raise OSError(errno.EINVAL, "no file can be called so") from None
    if not stat.S_ISREG(found.st_mode):  # a device has no end, and a pipe may never begin
        raise OSError(errno.EINVAL, "it is no regular file")
    if found.st_size > _MOST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return path.read_bytes()


def read_yaml(path: Path) -> tuple[Any, list[str]]:
    """Return the content of a YAML file and its faults as `path: line n: what is wrong`. Never raises for a bad file."""
    try:
        loader = _loader(read_small(path).decode())
        try:
            content = loader.get_single_data()
        finally:
            loader.dispose()
    except OSError as error:
        return None, [f"{path}: cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return None, [f"{path}: is not UTF-8 text"]
    except RecursionError:
        return None, [f"{path}: is nested too deep"]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "is not YAML"
        return None, [f"{path}: {place}{_WORDS.get(problem, problem)}"]
    return content, [f"{path}: line {line}: {fault}" for line, fault in sorted(loader.faults)]
