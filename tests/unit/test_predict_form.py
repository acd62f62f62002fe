"""`checkup predict --answers`: one line for each form, and every fault with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tiny
import tiny_form
from tiny_form import ILL
from typer.testing import CliRunner

from bot.__main__ import app


@pytest.fixture
def folder(working_folder: Path) -> Path:
    """A folder to work in, with a form and a photo disease in its registry."""
    tiny.write(working_folder / "colour")
    tiny_form.write(working_folder / "heart")
    tiny.registry(working_folder, {"card": "heart/card.yaml"}, {"card": "colour/card.yaml"})
    return working_folder


def predict(*lines: str | bytes | dict[str, Any], as_json: bool = True) -> Any:
    written = [
        line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    Path("answers.jsonl").write_bytes(b"\n".join(written))
    options = ["--disease", "heart", "--answers", "answers.jsonl", *(["--json"] if as_json else [])]
    return CliRunner().invoke(app, ["predict", *options])


def records(result: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_form_gets_a_line_of_json_with_everything_in_it(folder: Path) -> None:
    result = predict(ILL, {}, "", {"age": None, "smoker": "N"})
    assert result.exit_code == 0
    ill, blank, last = records(result)
    assert list(ill) == [
        "line",
        "disease",
        "outcome",
        "label",
        "confidence",
        "probabilities",
        "care",
        "alarm",
        "reasons",
        "model",
        "milliseconds",
    ]
    assert (ill["line"], ill["disease"], ill["outcome"], ill["label"], ill["care"], ill["alarm"]) == (
        1,
        "heart",
        "sure",
        "disease",
        "urgent",
        True,
    )
    assert ill["confidence"] == max(ill["probabilities"].values())
    assert (blank["line"], blank["outcome"], blank["probabilities"]) == (
        2,
        "unsure",
        {"disease": 0.5, "no_disease": 0.5},
    )
    assert (last["line"], last["label"]) == (4, "no_disease")


def test_every_fault_is_named_with_its_line_and_the_others_still_run(folder: Path) -> None:
    result = predict(
        '{"age": 54, "age": 60, "cholestrol": 190, "sex": "male", "smoker": "yes", "cholesterol": [190]}',
        '{"age": 540}',
        '{"age": NaN}',
        '{"age": 54',
        "[54]",
        b'{"sex": "\xff"}',
        "[" * 100_000,
        {"age": 54},
    )
    assert result.exit_code == 1
    found = records(result)
    assert [record["line"] for record in found] == list(range(1, 9))
    first = found[0]["error"]
    assert first["code"] == "wrong_answers"
    assert [(fault["code"], fault["question"]) for fault in first["faults"]] == [
        ("duplicate_key", "age"),
        ("unknown_question", "cholestrol"),
        ("not_an_answer", "sex"),
        ("wrong_type", "smoker"),
        ("wrong_type", "cholesterol"),
    ]
    assert first["faults"][2]["expected"] == ["M", "F"]
    out_of_range = found[1]["error"]["faults"][0]
    assert {"low": 18, "high": 110, "unit": "years", "found": 540}.items() <= out_of_range.items()
    assert [record["error"]["code"] for record in found[2:7]] == [
        "not_json",
        "not_json",
        "not_an_object",
        "not_utf8",
        "not_json",
    ]
    assert found[7]["label"] == "disease"


def test_numbers_in_texts_are_read_as_the_chat_reads_them(folder: Path) -> None:
    result = predict({**ILL, "cholesterol": "7,8 ммоль/л"}, {**ILL, "age": ">90"}, {"cholesterol": "7.8"})
    assert result.exit_code == 1
    converted, bound, refused = records(result)
    assert "taken" not in converted
    assert bound["taken"] == {"age": {"value": 90.0, "for": "a bound (>)"}}
    assert refused["error"]["faults"][0]["code"] == "unit_unclear"
    assert "age taken as 90 for a bound (>)" in predict({**ILL, "age": ">90"}, as_json=False).stdout


def test_a_file_without_answers_is_said_to_be_so(folder: Path) -> None:
    result = predict("", "  ")
    assert (result.exit_code, records(result)) == (1, [{"line": 1, "error": {"code": "no_answers"}}])


def test_without_json_a_person_can_read_it(folder: Path) -> None:
    result = predict(ILL, {"age": 540, "feet": 2}, as_json=False)
    first, second, third = result.stdout.splitlines()
    assert first.startswith("line 1: sure: A narrowed heart artery 100%, care: urgent, ALARM")
    assert second.startswith("line 2: error: out_of_range (question age, found 540, low 18")
    assert third == "line 2: error: unknown_question (question feet)"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--disease", "heart"], "heart asks questions"),
        (["--disease", "heart", "spot.png"], "heart asks questions"),
        (["--disease", "heart", "--answers", "missing.jsonl"], "does not exist"),
        (["--disease", "colour", "--answers", "answers.jsonl"], "colour looks at photos"),
        (["--disease", "colour"], "colour looks at photos"),
    ],
)
def test_wrong_usage_is_2(folder: Path, arguments: list[str], told: str) -> None:
    (folder / "answers.jsonl").write_text("{}")
    result = CliRunner().invoke(app, ["predict", *arguments])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_the_table_of_models_counts_a_form_s_questions(folder: Path) -> None:
    assert "5 questions" in CliRunner().invoke(app, ["models"], env={"COLUMNS": "200"}).stdout
