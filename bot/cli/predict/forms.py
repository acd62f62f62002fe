"""`checkup predict --answers`: forms in a file of JSON lines, findings on the terminal or as JSON lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from bot.cli.predict.finding_lines import error_of, line_of, record_of
from classifiers.errors import CodedError
from classifiers.form.parse import answers_of
from classifiers.form.score import FormExamination, examine_form
from classifiers.form.typed import TypedNumber
from classifiers.plugin import FormPlugin


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedForm:
    """What came of one line, numbered from 1: a finding, and as what answers were taken, or why there is none."""

    line: int
    examination: FormExamination | None = None
    taken: dict[str, TypedNumber] = field(default_factory=dict)  # bounds, pairs, abouts
    error: dict[str, Any] | None = None


class _WrongLine(Exception):
    """Why a line holds no answers; `error` is the code and facts."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.error: dict[str, Any] = {"code": code, **facts}


def predict_forms(file: Path, plugin: FormPlugin, *, as_json: bool) -> int:
    """Print a line for each form in a file, in order; return the exit status: 0 all fine, 1 some failed."""
    failed = True
    for at, row in enumerate(_rows(file, plugin)):
        failed = (failed and at > 0) or row.error is not None
        typer.echo(json.dumps(_record(row), ensure_ascii=False) if as_json else _in_words(row, plugin))
    return 1 if failed else 0


def _rows(file: Path, plugin: FormPlugin) -> Iterator[PredictedForm]:
    """Yield a row for each line that is not blank; a file without any is said to be so."""
    some = False
    with file.open("rb") as lines:
        for number, raw in enumerate(lines, start=1):
            if raw.strip():
                some = True
                yield _row(number, raw, plugin)
    if not some:
        yield PredictedForm(line=1, error={"code": "no_answers"})


def _row(number: int, raw: bytes, plugin: FormPlugin) -> PredictedForm:
    try:
        pairs = _pairs(raw)
        read = answers_of(plugin.card, dict(pairs))
        twice = sorted({key for at, (key, _) in enumerate(pairs) if key in dict(pairs[:at])})
        faults: list[dict[str, Any]] = [{"code": "duplicate_key", "question": key} for key in twice]
        faults += [{"code": fault.code, "question": key, **fault.facts} for key, fault in read.faults]
        if faults:
            raise _WrongLine("wrong_answers", faults=faults)
        taken = {key: one for key, one in read.typed.items() if one.bound or one.of_pair or one.about}
        return PredictedForm(line=number, examination=examine_form(plugin, read.answers), taken=taken)
    except _WrongLine as wrong:
        return PredictedForm(line=number, error=wrong.error)
    except CodedError as error:
        return PredictedForm(line=number, error={"code": error.code, **error.facts})


def _pairs(raw: bytes) -> list[tuple[str, Any]]:
    """Return the keys and values of the object on a line, also those that stand twice. Raises _WrongLine."""
    try:
        found = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_Pairs, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise _WrongLine("not_utf8") from None
    except json.JSONDecodeError as error:
        raise _WrongLine("not_json", why=error.msg, column=error.colno) from None
    except (ValueError, RecursionError) as error:
        raise _WrongLine("not_json", why=str(error)) from None
    if not isinstance(found, _Pairs):
        raise _WrongLine("not_an_object")
    return list(found)


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it was written."""


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def _record(row: PredictedForm) -> dict[str, Any]:
    if row.examination is None:
        return {"line": row.line, "error": row.error}
    found = record_of(row.examination.finding, row.examination.milliseconds)
    taken = {key: {"value": one.value, "for": _why(one)} for key, one in row.taken.items()}
    return {"line": row.line, **found, **({"taken": taken} if taken else {})}


def _why(taken: TypedNumber) -> str:
    if taken.of_pair:
        return "the first of a pair"
    return f"a bound ({taken.bound})" if taken.bound else "about as much"


def _in_words(row: PredictedForm, plugin: FormPlugin) -> str:
    if row.examination is not None:
        taken = [f"; {key} taken as {one.value:g} for {_why(one)}" for key, one in row.taken.items()]
        return f"line {row.line}: {line_of(row.examination.finding, plugin.card)}{''.join(taken)}"
    error = row.error or {}
    faults = error.get("faults") or [error]
    return "\n".join(f"line {row.line}: {error_of(fault)}" for fault in faults)
