"""What people type into the shipped forms is understood, or refused with a reason; the examples are data, CC0."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from classifiers.card.questions import Number
from classifiers.errors import Refusal
from classifiers.form.typed import typed_number
from classifiers.registry import Registry, read_registry

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The registry that is shipped."""
    return read_registry(TESTS.parent / "registry.yaml")


def typed_answers() -> list[dict[str, str]]:
    """Return what people type, what value it has, and as what it is taken; for what is refused, why (CC0)."""
    with (TESTS / "data" / "typed-answers.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", typed_answers(), ids=lambda row: f"{row['question']}: {row['typed']}")
def test_what_people_type_is_understood_or_refused(registry: Registry, row: dict[str, str]) -> None:
    asked = registry.form_plugin(row["disease"]).card.question(row["question"])
    assert isinstance(asked, Number)
    if not row["value"]:
        with pytest.raises(Refusal) as refused:
            typed_number(asked, row["typed"])
        assert refused.value.code == row["taken"]
        return
    taken = typed_number(asked, row["typed"])
    assert taken.value == pytest.approx(float(row["value"]), rel=1e-6)
    assert (taken.bound is not None, taken.of_pair) == (row["taken"] == "bound", row["taken"] == "first")
