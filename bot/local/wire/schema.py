"""Every call and every object is held against the Bot API's own list of fields and types.

The facts (bot_api.json) are Bot API 10.3: methods and types as {field: [type, required]}, and unions of types.
Calls arrive as text (query, form) or as JSON, so a call is read leniently: "5" is an Integer, "true" a Boolean, an
object may be JSON inside a string. What we send ourselves is held strictly.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.local.wire.errors import ApiError, bad

Fields = Mapping[str, tuple[str, bool]]
_PLAIN: Mapping[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
    "True": (bool,),
    "String": (str,),
}


class MismatchError(Exception):
    """A value that is not of its type: where it stands and what was expected there."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place = place
        self.problem = problem


class Facts:
    """The Bot API's methods and types. Immutable, so all servers of a process may share one."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.methods: dict[str, Fields] = facts["methods"]
        self.types: dict[str, Fields] = facts["types"]
        self.unions: dict[str, list[str]] = facts["unions"]
        self._names = {name.lower(): name for name in self.methods}

    def method_named(self, name: str) -> str | None:
        """Return the method's name as the documentation spells it; Telegram does not look at case."""
        return self._names.get(name.lower())

    @functools.cache  # noqa: B019 - there are as many as types of fields, and one object of this class
    def alternatives(self, kind: str) -> tuple[str, ...]:
        """Return the plain types that a field of this type may hold."""
        names = re.split(r" or |, | and ", kind)
        return tuple(plain for name in names for plain in (self.unions.get(name) or [name]))


@functools.cache
def facts() -> Facts:
    """Return the facts that are shipped beside this module."""
    return Facts(json.loads(Path(__file__).with_name("bot_api.json").read_text("utf-8")))


def check_object(kind: str, value: object, *, strict: bool = True, place: str = "") -> Any:
    """Return the value as `kind` ("Message", "Array of PhotoSize", …), read from text where not strict.

    Raises MismatchError at the first field that is unknown, missing or of another type.
    """
    if kind.startswith("Array of "):
        return _array(kind.removeprefix("Array of "), value, strict=strict, place=place)
    options = facts().alternatives(kind)
    if len(options) == 1:
        return _plain(options[0], value, strict=strict, place=place)
    return _one_of(options, value, strict=strict, place=place)


def _array(kind: str, value: object, *, strict: bool, place: str) -> list[Any]:
    items = _from_json(value, place) if not strict and isinstance(value, str) else value
    if not isinstance(items, list):
        raise MismatchError(place, "must be of type Array")
    return [check_object(kind, item, strict=strict, place=f"{place}[{n}]") for n, item in enumerate(items)]


def _one_of(options: tuple[str, ...], value: object, *, strict: bool, place: str) -> Any:
    if not strict and isinstance(value, str) and not {"String", "Integer", "InputFile"} & set(options):
        value = _from_json(value, place)
    faults: list[tuple[int, MismatchError]] = []
    for option in options:
        try:
            return _plain(option, value, strict=strict, place=place)
        except MismatchError as fault:
            faults.append((_likeness(option, value), fault))
    raise max(faults, key=lambda fault: fault[0])[1]


def _likeness(option: str, value: object) -> int:
    """Return how much the value looks like this type, so that the fault named is the one the caller meant."""
    if not isinstance(value, dict):
        return 0
    named = option.lower().endswith(str(value.get("type", "?")).replace("_", "").lower())
    return 100 * named + len(set(value) & set(facts().types.get(option, {})))


def _plain(kind: str, value: object, *, strict: bool, place: str) -> Any:
    if kind in facts().types or kind in facts().unions:
        return _record(kind, value, strict=strict, place=place)
    if not strict and isinstance(value, str):
        value = _from_text(kind, value)
    if not strict and kind == "String" and type(value) in (int, float):
        value = str(value)
    if type(value) not in _PLAIN.get(kind, ()) or (kind == "True" and strict and value is False):
        raise MismatchError(place, f"must be of type {kind}")
    return value


def _from_text(kind: str, text: str) -> object:
    word = text.strip().lower()
    if kind == "Integer" and re.fullmatch(r"[+-]?\d{1,19}", word):
        return int(word)
    if kind == "Float" and re.fullmatch(r"[+-]?\d+(\.\d+)?", word):
        return float(word)
    if kind in ("Boolean", "True") and word in ("true", "1", "yes", "false", "0", "no"):
        return word in ("true", "1", "yes")
    return text


def _record(kind: str, value: object, *, strict: bool, place: str) -> dict[str, Any]:
    if not strict and isinstance(value, str):
        value = _from_json(value, place)
    if not isinstance(value, dict):
        raise MismatchError(place, "must be of type Object")
    if kind not in facts().types:  # a union without members is an object whose fields nobody fixed
        return value
    return _fields(facts().types[kind], value, strict=strict, place=place)


def _fields(wanted: Fields, value: Mapping[str, Any], *, strict: bool, place: str) -> dict[str, Any]:
    before = f"{place}." if place else ""
    for name in value:
        if name not in wanted:
            raise MismatchError(f"{before}{name}", "unknown field")
    for name, (_, required) in wanted.items():
        if required and name not in value:
            raise MismatchError(f"{before}{name}", "missing field")
    return {
        name: check_object(wanted[name][0], item, strict=strict, place=f"{before}{name}")
        for name, item in value.items()
    }


def _from_json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise MismatchError(place, "can't parse JSON") from None


# What Telegram says where a field is missing that it cannot do without.
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "message_id": "message identifier is not specified",
    "media": "there is no media in the request",
    "file_id": "file_id not specified",
}


def check_call(method: str, sent: Mapping[str, Any], uploaded: set[str]) -> dict[str, Any]:
    """Return the fields of a call with their right types; files stand in `uploaded` under their field's name.

    A field without a value counts as not sent, as on Telegram. Raises ApiError 400.
    """
    wanted = facts().methods[method]
    attached = {name for name in uploaded if name not in wanted}  # for attach://<name>
    filled = {name: value for name, value in sent.items() if value is not None and not _empty(name, value, wanted)}
    read: dict[str, Any] = {}
    for name, value in filled.items():
        if name not in wanted and name not in attached:
            raise bad(f'unknown field "{name}" in {method}')
        if name in wanted and name not in uploaded:
            read[name] = _checked_field(name, wanted[name][0], value)
    for name in uploaded - attached:
        if "InputFile" not in wanted[name][0]:
            raise bad(f'field "{name}" of {method} can\'t be a file')
    for name, (_, required) in wanted.items():
        if required and name not in read and name not in uploaded:
            raise bad(_MISSING.get(name, f'missing field "{name}" in {method}'))
    return read


def _empty(name: str, value: object, wanted: Fields) -> bool:
    """Return whether this is an empty field; only plain text that is not asked for by name may be empty."""
    return value == "" and name in wanted and (wanted[name][0] != "String" or name in _MISSING)


def _checked_field(name: str, kind: str, value: object) -> Any:
    if kind == "InputFile or String":
        kind = "String"
    try:
        return check_object(kind, value, strict=False, place=name)
    except MismatchError as fault:
        raise _in_telegrams_words(name, fault) from None


def _in_telegrams_words(name: str, fault: MismatchError) -> ApiError:
    if fault.place == name and fault.problem == "can't parse JSON":
        what = {"reply_markup": "reply keyboard markup"}.get(name, name)
        return bad(f"can't parse {what} JSON object")
    return bad(f'field "{fault.place}": {fault.problem}')
