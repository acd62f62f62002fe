"""A recipe writes its numbers into a card and leaves what people wrote: their words, comments, quotes and line breaks."""

import hashlib
from pathlib import Path

import pytest
import yaml

from training.card_file import write_card
from training.card_text import with_values, with_worth

CARDS = Path(__file__).parents[2] / "classifiers"
TINY = Path(__file__).parents[1] / "data" / "tiny"
CARD = """\
# The rash card. A dermatologist reads it before every release.
id: "rash"   # never change it

title: {en: 'A rash',
        de: "Ein Ausschlag"}
knows:
  en: I look at a rash and say
    what it most looks like.   # two lines, as a person broke them
model:
  # where it was trained is in the run's notes
  engine: 'litert'
  version: "2026.1"  # the chosen one
  size: [224, 224]
# Chosen on validation photos.
decision:
    temperature: 1.50   # in four spaces
    old: yes

# The labels stand last here.
labels:
    - code: a   # A
      title: {en: A}
# the end
"""


def test_only_the_values_change_and_every_other_byte_stays() -> None:
    values = {
        "model": {"engine": "litert", "version": "2026.2", "size": [224, 224]},
        "decision": {"temperature": 1.25, "on": "yes"},
        "evidence": {"measured": "2026-11-27", "figures": [{"name": "recall", "on": {"en": "a: b"}}]},
    }
    written = with_values(CARD, values)
    assert yaml.safe_load(written) == {**yaml.safe_load(CARD), **values}
    model, decision = CARD.index("model:"), CARD.index("# Chosen on")
    labels = CARD.index("\n# The labels")
    assert written.startswith(CARD[:model])
    assert CARD[decision : CARD.index("    temperature")] in written
    assert CARD[labels:] in written
    assert "  # where it was trained is in the run's notes\n  engine: 'litert'\n" in written
    assert "  version: '2026.2'  # the chosen one\n  size: [224, 224]\n# Chosen" in written
    assert "temperature: 1.25" in written
    assert "# in four spaces" in written


def test_what_was_written_once_stays_as_it_is_the_second_time() -> None:
    values = {"model": {"engine": "litert"}, "decision": {"temperature": 1.25}, "evidence": {"figures": [1, 2]}}
    once = with_values(CARD, values)
    assert with_values(once, values) == once
    assert with_values(CARD, {"title": yaml.safe_load(CARD)["title"]}) == CARD


def test_a_card_in_braces_keeps_its_comment_and_gets_its_values() -> None:
    braces = "# in braces\n{id: rash, model: {version: '1'}, labels: [a, b]}\n"
    written = with_values(braces, {"model": {"version": "2"}})
    assert yaml.safe_load(written) == {"id": "rash", "model": {"version": "2"}, "labels": ["a", "b"]}
    assert written.startswith("# in braces\n")


QUESTIONS = """\
questions:
  # asked first
  - id: age
    text: {en: How old
      are you now}
    worth: 0.5   # in nats

  - id: sex  # as born
    options:
      - value: M
      - value: F

  # asked last
  - worth: 0.1
    id: pain
    text: "Any pain?"
# people wrote these
labels: [a, b]
"""


def test_what_a_question_is_worth_is_written_where_it_stood_or_last() -> None:
    written = with_worth(QUESTIONS, {"age": 0.0312, "sex": 0.2, "pain": 0.0})
    wanted = QUESTIONS.replace("worth: 0.5 ", "worth: 0.0312 ").replace("worth: 0.1", "worth: 0.0")
    assert written == wanted.replace("      - value: F\n", "      - value: F\n    worth: 0.2\n")


def test_a_question_that_is_worth_nothing_any_more_loses_the_line_and_no_other() -> None:
    written = with_worth(QUESTIONS, {"pain": 0.1})
    assert written == QUESTIONS.replace("    worth: 0.5   # in nats\n", "")


@pytest.mark.parametrize("disease", ["skin", "heart", "thyroid"])
def test_a_shipped_card_written_with_the_values_it_has_is_the_same_file(disease: str) -> None:
    text = (CARDS / disease / "card.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    assert with_values(text, {key: content[key] for key in ("model", "decision", "evidence")}) == text
    if "questions" in content:
        worth = {question["id"]: question["worth"] for question in content["questions"] if "worth" in question}
        assert with_worth(text, worth) == text


def test_shipping_a_photo_model_keeps_what_a_person_wrote_in_its_card(tmp_path: Path) -> None:
    card, file = tmp_path / "card.yaml", TINY / "logits.tflite"
    card.write_text(CARD, encoding="utf-8")
    metrics = {"evidence": {"data": {"en": "nothing"}, "command": "none", "figures": []}}
    write_card(card, file=file, version="2", size=16, decision={"temperature": 1.0}, metrics=metrics)
    written, content = card.read_text(encoding="utf-8"), yaml.safe_load(card.read_text(encoding="utf-8"))
    assert written.startswith(CARD[: CARD.index("model:")])
    assert CARD[CARD.index("\n# The labels") :] in written
    assert content["model"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert content["decision"] == {"temperature": 1.0}
    assert content["evidence"]["command"] == "none"
