"""Reads the heart and the thyroid table as their publishers ship them, into answers to the cards' questions."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers.card import FormCard
from classifiers.card.questions import Answer, Answers, Number, Question, YesNo
from classifiers.form.score import as_input
from training.tables import WrongData, check_labels, read_rows

NOT_MEASURED_AS_ZERO = ("Cholesterol", "RestingBP")  # of the heart table
OTHER = -1  # the truth of a row that has none of the card's labels
_HEART = {"0": "no_disease", "1": "disease"}
_ZERO = {"0", "0.0"}
_YES, _NO = {"t", "1", "Y"}, {"f", "0", "N"}
# fmt: off
_HEART_COLUMNS = (
    "Age", "Sex", "ChestPainType", "RestingBP", "Cholesterol", "FastingBS", "RestingECG", "MaxHR",
    "ExerciseAngina", "Oldpeak", "ST_Slope", "HeartDisease",
)
_THYROID_COLUMNS = (
    "age", "sex", "on_thyroxine", "query_on_thyroxine", "on_antithyroid_medication", "sick", "pregnant",
    "thyroid_surgery", "I131_treatment", "query_hypothyroid", "query_hyperthyroid", "lithium", "goitre",
    "tumor", "hypopituitary", "psych", "TSH_measured", "TSH", "T3_measured", "T3", "TT4_measured", "TT4",
    "T4U_measured", "T4U", "FTI_measured", "FTI", "TBG_measured", "TBG", "referral_source", "diagnosis",
)
# fmt: on
_CONDITIONS = {
    **dict.fromkeys("-", "negative"),
    **dict.fromkeys("ABCD", "hyperthyroid"),
    **dict.fromkeys("EFGH", "hypothyroid"),
    **dict.fromkeys("IJ", "binding protein"),
    **dict.fromkeys("K", "another illness"),
    **dict.fromkeys("LMN", "replacement therapy"),
    **dict.fromkeys("OPQ", "antithyroid treatment"),
    **dict.fromkeys("RST", "discordant or raised results"),
}

Ranges = Mapping[str, tuple[float, float]]  # by question
_AS_ASKED: Ranges = {}
_OF_PATIENTS: Ranges = {"age": (0, 120)}  # children, too, from whom something is learned that holds for adults


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """People's answers and what they had. All have as many rows."""

    numbers: np.ndarray  # the model's inputs as `classifiers.form.score.as_input` makes them, float32 (rows, numbers)
    truth: np.ndarray  # the label's place in the card, or OTHER; int (rows,)
    condition: np.ndarray  # what they had: a label's code, or something the card does not know; text (rows,)
    same: np.ndarray  # the same number for rows with the same answers, int (rows,): never on both sides of a split

    def rows(self, chosen: np.ndarray) -> "Table":
        """Return some of the rows, chosen by bool (rows,) or by their places."""
        return Table(
            numbers=self.numbers[chosen],
            truth=self.truth[chosen],
            condition=self.condition[chosen],
            same=self.same[chosen],
        )


def read_heart(data: Path, card: FormCard) -> Table:
    """Return `heart/heart.csv` in the folder of data sets; zero cholesterol or blood pressure is not measured."""
    file = data / "heart" / "heart.csv"
    rows = read_rows(file, *_HEART_COLUMNS)
    check_labels(file, (row["HeartDisease"] for row in rows), _HEART)
    for row in rows:
        row.update({name: "?" for name in NOT_MEASURED_AS_ZERO if row[name].strip() in _ZERO})
    return _table(card, file, rows, [_HEART[row["HeartDisease"]] for row in rows])


def read_thyroid(data: Path, card: FormCard) -> Table:
    """Return `thyroid/thyroid0387.csv`, or UCI's `thyroid0387.data`, in the folder of data sets."""
    file = data / "thyroid" / "thyroid0387.csv"
    as_shipped = file.with_suffix(".data")
    if file.exists() or not as_shipped.exists():
        rows, first = read_rows(file, *_THYROID_COLUMNS), 2
    else:
        file, rows, first = as_shipped, _nameless(as_shipped), 1
    return _table(card, file, rows, [condition(row["diagnosis"]) for row in rows], first=first, ranges=_OF_PATIENTS)


def condition(diagnosis: str) -> str:
    """Return what a diagnosis is, as thyroid0387.names explains it: "C|I" is likelier I, of "GK" the first counts.

    UCI's own file has the record's number behind it, in brackets. Raises WrongData for another letter.
    """
    letter = diagnosis.partition("[")[0].rpartition("|")[2][:1]
    if letter not in _CONDITIONS:
        raise WrongData(f"thyroid0387: {diagnosis!r} is no diagnosis that thyroid0387.names explains")
    return _CONDITIONS[letter]


def _nameless(file: Path) -> list[dict[str, str]]:
    """Return the rows of a file without a line of names."""
    with file.open(newline="", encoding="utf-8") as opened:
        rows = [row for row in csv.reader(opened) if row]
    for line, row in enumerate(rows, start=1):
        if len(row) != len(_THYROID_COLUMNS):
            raise WrongData(f"{file}: line {line} breaks off: download it again")
    return [dict(zip(_THYROID_COLUMNS, row, strict=True)) for row in rows]


def snake_case(column: str) -> str:
    """Return a column's name as a question's id: RestingBP is resting_bp, ST_Slope st_slope."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column).lower()


def _table(
    card: FormCard,
    file: Path,
    rows: Sequence[Mapping[str, str]],
    conditions: Sequence[str],
    *,
    first: int = 2,
    ranges: Ranges = _AS_ASKED,
) -> Table:
    """Return the rows of a file, the `first` of them in that line of it. Raises WrongData."""
    found = []
    for line, row in enumerate(rows, start=first):
        named = {snake_case(name): value.strip() for name, value in row.items() if name}
        try:
            found.append(as_input(card, answers_in(named, card.questions, ranges=ranges)))
        except WrongData as wrong:
            raise WrongData(f"{file}: line {line}: {wrong}: download it again") from None
    numbers = np.stack(found)
    return Table(
        numbers=numbers,
        truth=np.array([card.codes.index(one) if one in card.codes else OTHER for one in conditions]),
        condition=np.array(conditions),
        same=np.unique(numbers, axis=0, return_inverse=True)[1].reshape(-1),
    )


def answers_in(row: Mapping[str, str], questions: Sequence[Question], *, ranges: Ranges = _AS_ASKED) -> Answers:
    """Return the answers in a table's row; `?`, and a number no person can have (age 455), are unknown. Raises WrongData.

    `ranges` are by question what its table has, where that is more than is asked for in the chat.
    """
    read = {question.id: _answer(question, row[question.id], ranges) for question in questions}
    return {question: answer for question, answer in read.items() if answer is not None}


def _answer(question: Question, written: str, ranges: Ranges) -> Answer | None:
    if written == "?":
        return None
    if isinstance(question, Number):
        low, high = ranges.get(question.id, question.range)
        return number if low <= (number := _number(question, written)) <= high else None
    if isinstance(question, YesNo) and written in _YES | _NO:
        return written in _YES
    if isinstance(question, YesNo) or written not in {option.value for option in question.options}:
        raise WrongData(f"{question.id}: {written!r} is no answer to it")
    return written


def _number(question: Question, written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise WrongData(f"{question.id}: {written!r} is no number") from None
