"""Reading the heart and the thyroid table: what is missing, what is doubted, and which diagnosis counts as what."""

from pathlib import Path

import numpy as np
import pytest
from small_tables import write_heart, write_thyroid

from training.forms.card import card_without_model
from training.forms.features import features_of, values_of
from training.forms.tables import OTHER, condition, read_heart, read_thyroid, snake_case
from training.forms.validation import splits
from training.tables import WrongData

HEART = card_without_model(Path("classifiers/heart/card.yaml"))
THYROID = card_without_model(Path("classifiers/thyroid/card.yaml"))


def test_zero_cholesterol_and_zero_blood_pressure_are_not_measured(tmp_path: Path) -> None:
    write_heart(tmp_path)
    table = read_heart(tmp_path, HEART)
    features = features_of(HEART.questions)
    values = values_of(table.numbers, features)
    missing = {one.question: int(np.isnan(values[:, at]).sum()) for at, one in enumerate(features)}
    assert {question: n for question, n in missing.items() if n} == {"cholesterol": 30, "resting_bp": 1}


def test_a_question_mark_and_an_age_of_455_are_unknown(tmp_path: Path) -> None:
    write_thyroid(tmp_path)
    table = read_thyroid(tmp_path, THYROID)
    features = features_of(THYROID.questions)
    values = values_of(table.numbers, features)
    of = {one.question: values[:, at] for at, one in enumerate(features)}
    assert np.flatnonzero(np.isnan(of["age"])).tolist() == [3]
    assert np.isnan(of["sex"][3::4]).all()
    assert np.isnan(of["t3"]).any()


def test_a_child_in_the_table_keeps_an_age_that_nobody_in_the_chat_may_type(tmp_path: Path) -> None:
    write_thyroid(tmp_path)
    file = tmp_path / "thyroid" / "thyroid0387.csv"
    head, first, *others = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([head, f"12,{first.partition(',')[2]}", *others]), encoding="utf-8")
    features = features_of(THYROID.questions)
    of = {one.question: at for at, one in enumerate(features)}
    assert values_of(read_thyroid(tmp_path, THYROID).numbers, features)[0, of["age"]] == 12


def test_uci_s_own_file_without_names_reads_the_same(tmp_path: Path) -> None:
    write_thyroid(tmp_path / "named")
    write_thyroid(tmp_path / "uci", as_uci=True)
    named, uci = (read_thyroid(tmp_path / one, THYROID) for one in ("named", "uci"))
    assert np.array_equal(named.numbers, uci.numbers)
    assert np.array_equal(named.truth, uci.truth)
    assert set(uci.condition[uci.truth == OTHER]) == {"another illness"}


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("Age", "old", "line 2: age: 'old' is no number"),
        ("Sex", "X", "line 2: sex: 'X' is no answer to it"),
        ("HeartDisease", "1.0", r"unknown labels: '1.0' \(1 rows, first in line 2\); known are: 0, 1"),
        ("HeartDisease", "", "line 2: nothing stands in HeartDisease"),
    ],
)
def test_a_cell_that_is_not_what_its_publisher_ships_is_named_with_its_line(
    tmp_path: Path, column: str, cell: str, told: str
) -> None:
    write_heart(tmp_path)
    file = tmp_path / "heart" / "heart.csv"
    head, first, *others = file.read_text(encoding="utf-8").splitlines()
    changed = [cell if name == column else old for name, old in zip(head.split(","), first.split(","), strict=True)]
    file.write_text("\n".join([head, ",".join(changed), *others]), encoding="utf-8")
    with pytest.raises(WrongData, match=rf"heart\.csv: {told}"):
        read_heart(tmp_path, HEART)


def test_uci_s_own_file_that_breaks_off_is_named_with_its_line(tmp_path: Path) -> None:
    write_thyroid(tmp_path, as_uci=True)
    file = tmp_path / "thyroid" / "thyroid0387.data"
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(WrongData, match=r"thyroid0387\.data: line \d+ breaks off"):
        read_thyroid(tmp_path, THYROID)


@pytest.mark.parametrize(
    ("diagnosis", "group"),
    [
        ("-", "negative"),
        ("F", "hypothyroid"),
        ("GKJ", "hypothyroid"),
        ("AK", "hyperthyroid"),
        ("C|I", "binding protein"),
        ("H|K", "another illness"),
        ("MI", "replacement therapy"),
        ("-[840801013]", "negative"),
    ],
)
def test_of_a_diagnosis_the_likelier_and_first_counts(diagnosis: str, group: str) -> None:
    assert condition(diagnosis) == group


def test_a_letter_that_is_not_explained_ends_the_recipe() -> None:
    with pytest.raises(WrongData, match="'X'"):
        condition("X")


def test_columns_become_the_questions_ids() -> None:
    columns = ("ChestPainType", "RestingBP", "ST_Slope", "MaxHR", "I131_treatment", "TT4", "T4U")
    wanted = ["chest_pain_type", "resting_bp", "st_slope", "max_hr", "i131_treatment", "tt4", "t4u"]
    assert [snake_case(column) for column in columns] == wanted


def test_people_with_the_same_answers_are_never_on_both_sides() -> None:
    same = np.repeat(np.arange(50), 2)
    fold = splits(np.repeat(np.arange(50) % 2, 2), same, folds=5, repeats=3)
    assert (fold[:, ::2] == fold[:, 1::2]).all()
    assert all(np.bincount(one).tolist() == [20] * 5 for one in fold)
    assert (fold[0] != fold[1]).any()
