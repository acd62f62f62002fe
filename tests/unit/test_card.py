"""A card that says something wrong is refused with every fault at once, each with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tiny
import tiny_form

from classifiers.card import read_card
from classifiers.errors import CardFaults

FIGURE = {"on": {"en": "photos"}, "value": 0.8, "interval": [0.7, 0.9], "n": 100}
BLEEDS = {"code": "bleeding", "title": {"en": "It bleeds"}, "why": {"en": "Blood should be seen."}, "care": "urgent"}
LIMITS = {"same_below": 0.1, "changed_above": 0.2}
FOLLOWING = {
    "comparable_below": 0.2,
    "outline_doubt": 0.02,
    "outline": LIMITS,
    "colour": LIMITS,
    "another_spot": {"colour_scale": 20, "above": 1.5},
}
EVIDENCE = {
    "measured": "2026-05-01",
    "data": {"en": "photos"},
    "command": "make measure",
    "figures": [
        FIGURE | {"name": "balanced_accuracy"},
        FIGURE | {"name": "dice"},
        FIGURE | {"name": "jaccard", "title": {"en": "Overlap"}},
    ],
}

SCREEN = {"least_side": 40, "sharpness_above": -3.0, "light_above": 0.1, "light_below": 0.9, "contrast_above": 0.01}


def measured(**changes: Any) -> dict[str, Any]:
    """What is said to have been measured, its first figure changed."""
    return EVIDENCE | {"figures": [FIGURE | {"name": "balanced_accuracy"} | changes]}


def faults(folder: Path, model: str = "logits", **changes: Any) -> list[str]:
    """What is said of the tiny card after changes, without the path that begins each line."""
    path = tiny.write(folder / "colour", tiny.content(model, **changes), model=model)
    return faults_at(path)


def faults_at(path: Path) -> list[str]:
    with pytest.raises(CardFaults) as refused:
        read_card(path)
    lines = str(refused.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_a_good_card_is_read_with_its_model_file_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    card = read_card(Path(path.name))
    assert card.codes == ("red", "green", "blue")
    assert card.model.file == tmp_path / "logits.tflite"
    assert card.label("blue").care == "soon"


def test_all_faults_are_said_at_once_each_with_its_place(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        colour="blue",
        title={"es": "Color"},
        labels__0__link="http://example.org/red",
        labels__2__care="tomorrow",
        decision__temperature=0,
        decision__bias=[0.1, 0.2],
        decision__alarm__labels=["red", "mel"],
        model__sha256="0" * 64,
    )
    places = sorted(line.split(": ")[0] for line in found)
    assert places == [
        "colour",
        "decision.alarm.labels[1]",
        "decision.bias",
        "decision.temperature",
        "labels[0].link",
        "labels[2].care",
        "model.sha256",
        "title",
    ]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"labels__0__link": "http://example.org"}, "labels[0].link: must begin with https://"),
        ({"labels__0__link": "javascript:alert(1)"}, "labels[0].link: "),
        (
            {"labels__0__link": {"en": "https://a.org", "es": "http://a.org"}},
            "labels[0].link.es: must begin with https://",
        ),
        ({"labels__0__link": {"es": "https://a.org"}}, "labels[0].link: must have English (en)"),
        ({"labels__1__about": {"de": "Grün."}}, "labels[1].about: must have English (en)"),
        ({"knows": {"en": "  "}}, "knows: must have English (en)"),
        ({"title": {False: "Farge", "en": "Colour"}}, "title[0]: this key is no text: put it in quotes"),
        ({"labels": ...}, "labels: is missing"),
        ({"model__engine": "abacus"}, "model.engine: "),
        ({"model__input__size": [16]}, "model.input.size[1]: is missing"),
        ({"model__outputs__scores": -1}, "model.outputs.scores: "),
        ({"model__outputs__attention": 1}, "model.outputs.class_maps: output 1 is scores already"),
        ({"model__version": 2026.1}, "model.version: "),
        ({"model__file": "elsewhere.tflite"}, "model.file: elsewhere.tflite is not there"),
        ({"model__file": "."}, "model.file: . is not there"),
        ({"labels__1__code": "red"}, "labels[1].code: red stands twice"),
        ({"labels__1__code": False}, "labels[1].code: must be text: put no, yes or a number in quotes"),
        ({"labels__1__code": "Red!"}, "labels[1].code: "),
        ({"decision__temperature": float("nan")}, "decision.temperature: "),
        ({"decision__unsure_below": 48}, "decision.unsure_below: "),
        ({"decision__bias": [1, 2, 3, 4]}, "decision.bias: 4 numbers for 3 labels"),
        ({"decision__alarm__labels": ["pink"]}, "decision.alarm.labels[0]: no label pink"),
        ({"decision__alarm__labels": ["red", "red"]}, "decision.alarm.labels[1]: red stands twice"),
        ({"decision__alarm__labels": []}, "decision.alarm.labels: "),
        ({"model__outputs__not_this": ...}, "decision.not_this_above: the model has no output not_this"),
        ({"decision__retake_above": {"dark": 1}}, "decision.retake_above: the model has no output retake"),
        ({"decision__retake_above": {"ugly": 1}}, "decision.retake_above.ugly: there are no words for it"),
        ({"decision__retake_above": {"Ugly!": 1}}, "decision.retake_above.Ugly!: "),
        ({"words": {"retake": {"ugly": {"en": "It is ugly."}}}}, "words.retake.ugly: no photo gets this code"),
        ({"words": {"retake": {"dark": {"es": "Oscuro."}}}}, "words.retake.dark: must have English (en)"),
        ({"words": {"licence": {"en": "MIT"}}}, "words.licence: there is no such key"),
        (
            {"decision__single_lesion": {"least_part": 0.6, "most_area": 0.8}},
            "decision.single_lesion: the model has no output outline",
        ),
        ({"lesion_features": "abcd"}, "lesion_features: the model has no output outline"),
        ({"following": FOLLOWING}, "following: the model has no output outline"),
        (
            {"following": FOLLOWING | {"colour": {"same_below": 9, "changed_above": 8}}},
            "following.colour: same_below is more than changed_above",
        ),
        ({"lesion_features": "abcde"}, "lesion_features: "),
        ({"symptoms": [BLEEDS, BLEEDS]}, "symptoms[1].code: bleeding stands twice"),
        ({"symptoms": [BLEEDS | {"care": "routine"}]}, "symptoms[0].care: "),
        ({"symptoms": [BLEEDS | {"why": {"es": "Sangra."}}]}, "symptoms[0].why: must have English (en)"),
        ({"symptoms": [BLEEDS | {"code": "b" * 33}]}, "symptoms[0].code: "),
        ({"symptoms": [BLEEDS] * 9}, "symptoms: "),
        ({"truth_tables": "none.yaml"}, "truth_tables: none.yaml is not there"),
        ({"evidence": EVIDENCE}, "evidence.figures[1].title: is missing: the bot has no words for dice"),
        ({"evidence": measured(value=85)}, "evidence.figures[0].value: "),
        (
            {"evidence": measured(interval=[0.9, 0.7])},
            "evidence.figures[0].interval: its first bound is above its last",
        ),
        (
            {"decision__screen": SCREEN | {"light_above": 0.9, "light_below": 0.1}},
            "decision.screen.light_below: must be more than light_above",
        ),
        (
            {"decision__not_this_above": 0.5, "decision__doubtful_above": 0.6},
            "decision.doubtful_above: is more than not_this_above",
        ),
        ({"decision__retake_above": {}}, "decision.retake_above: "),
        ({"model__outputs__retake": 3}, "model.outputs.retake: without decision.retake_above nobody knows"),
        ({"model__scores": "sigmoid"}, "model.scores: sigmoid is one chance between two labels, here are 3"),
        ({"model__scores": "softmax"}, "model.scores: "),
        ({"decision__unsure_below": ...}, "decision.unsure_below: is missing"),
        ({"decision__thresholds": {"red": 0.5}}, "decision.thresholds: only a model of several labels at once"),
        ({"model__scores": "multi_label"}, "decision.thresholds.red: is missing: from which probability"),
        ({"model__scores": "multi_label"}, "decision.unsure_below: several labels can be right at once"),
        (
            {"model__scores": "multi_label", "decision__thresholds": {"pink": 0.5}},
            "decision.thresholds.pink: no label pink",
        ),
        ({"id": "my disease"}, "id: "),
        ({"id": "help"}, "id: /help is a command of the chat already"),
        ({"input": "voice"}, "input: "),
    ],
)
def test_a_fault_names_its_place(tmp_path: Path, changes: dict[str, Any], wanted: str) -> None:
    found = faults(tmp_path, **changes)
    assert any(line.startswith(wanted) for line in found), found


def test_a_threshold_that_is_no_share_is_one_fault(tmp_path: Path) -> None:
    wrong = tiny.MULTI_LABEL | {"decision__thresholds": {"red": 2, "green": 0.5, "blue": 0.5}}
    (fault,) = faults(tmp_path, **wrong, decision__not_this_above=...)
    assert fault.startswith("decision.thresholds.red: ")


def test_a_limit_that_is_no_number_is_not_called_missing_too(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, decision__unsure_below="half")
    assert fault.startswith("decision.unsure_below: ")


def test_one_fault_is_said_once(tmp_path: Path) -> None:
    assert faults(tmp_path, labels__0__extra="x") == ["labels[0].extra: there is no such key"]


def test_a_model_file_that_was_changed_is_refused_with_its_own_sum(tmp_path: Path) -> None:
    path = tiny.write(tmp_path)
    with (tmp_path / "logits.tflite").open("ab") as file:
        file.write(b"\0")
    (fault,) = faults_at(path)
    assert fault.startswith("model.sha256: the file's is ")


def test_two_labels_may_share_one_sigmoid(tmp_path: Path) -> None:
    assert tiny.card(tmp_path, "sigmoid").codes == ("blue", "red")


def test_keys_that_stand_twice_are_refused_with_their_lines(tmp_path: Path) -> None:
    path = tiny.write(tmp_path)
    written = path.read_text() + "id: colour\n"
    path.write_text(written.replace("  engine: litert\n", "  engine: litert\n  engine: litert\n"))
    line = 1 + written.splitlines().index("  engine: litert") + 1
    last = len(path.read_text().splitlines())
    assert faults_at(path) == [f"line {line}: the key engine stands twice", f"line {last}: the key id stands twice"]


PARTS = (
    "labels",
    "decision",
    "evidence",
    "words",
    "following",
    "symptoms",
    "guide",
    "examples",
    "evidence__figures",
)


@pytest.mark.parametrize("part", [*PARTS, "decision__alarm", "labels__0", "model__outputs"])
@pytest.mark.parametrize("value", [{}, [], [[]], {"red": 1}, 1], ids=str)
def test_a_list_in_place_of_lines_and_lines_in_place_of_a_list_are_faults_beside_the_others(
    tmp_path: Path, part: str, value: object
) -> None:
    changes = {"id": "my disease", "evidence": dict(EVIDENCE), part: value}
    assert faults(tmp_path, **changes)[0].startswith("id: ")


@pytest.mark.parametrize("part", ["questions", "red_flags", "questions__1__options", "questions__4__units"])
@pytest.mark.parametrize("value", [{}, [[]], {"red": 1}, 1], ids=str)
def test_the_same_of_a_form(tmp_path: Path, part: str, value: object) -> None:
    path = tiny_form.write(tmp_path, tiny_form.content(id="my disease", **{part: value}))
    assert faults_at(path)[0].startswith("id: ")


# Keys that are merged of ten others, which are merged of ten others: 100 million in some hundred bytes.
LAUGHS = b"m0: &m0 {a: 1}\n" + b"".join(
    b"m%d: &m%d {<<: [%s]}\n" % (at, at, b", ".join([b"*m%d" % (at - 1)] * 10)) for at in range(1, 9)
)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (b"", "must be lines of key: value"),
        (b"- id: colour\n", "must be lines of key: value"),
        (b"id: colour: x\n", "line 1: mapping values are not allowed in this context"),
        (b"id: colour\nlabels: [red\n", "line 3: "),
        (b"id: !!python/object:os.system x\n", "line 1: "),
        (b"id: colour\nlabels:\n\t- code: red\n", "line 3: a tab, @, ` or % begins something here: indent with spaces"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"id: \x00", "is not YAML"),
        (b"- " * 50_000, "is nested too deep"),
        (b"[" * 5000, "is nested too deep"),
        (b"evidence: {measured: 2026-02-31}", "line 1: day is out of range for month"),
        (LAUGHS, "line 6: has too many keys"),
    ],
)
def test_a_file_that_is_no_card_is_said_to_be_none(tmp_path: Path, written: bytes, wanted: str) -> None:
    path = tmp_path / "card.yaml"
    path.write_bytes(written)
    assert faults_at(path)[0].startswith(wanted)


def test_a_card_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    assert faults_at(tmp_path / "card.yaml") == ["cannot be read: No such file or directory"]


def test_a_card_may_have_quality_codes_of_its_own_when_it_has_words_for_them(tmp_path: Path) -> None:
    words = {"retake": {"rotated": {"en": "It lies on its side: turn it."}}}
    card = tiny.card(tmp_path, model__outputs__retake=3, decision__retake_above={"dark": 0, "rotated": 1}, words=words)
    assert list(card.decision.retake_above or {}) == ["dark", "rotated"]


def test_a_link_is_one_for_all_languages_or_one_for_each(tmp_path: Path) -> None:
    card = tiny.card(tmp_path, labels__0__link={"en": "https://a.org/en", "es": "https://a.org/es"})
    assert card.labels[0].links == {"en": "https://a.org/en", "es": "https://a.org/es"}
    assert card.labels[1].links == {"en": "https://example.org/green"}


def test_faults_in_a_file_of_truth_tables_are_faults_of_its_card(tmp_path: Path) -> None:
    (tmp_path / "tables.yaml").write_text("image: isic_id\n", encoding="utf-8")
    path = tiny.write(tmp_path, tiny.content(truth_tables="tables.yaml"))
    with pytest.raises(CardFaults) as refused:
        read_card(path)
    assert str(refused.value).startswith(f"{tmp_path / 'tables.yaml'}: image: ")
