"""The registry: every good card answers, and a bad one takes only itself away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import tiny
from photo_bytes import file

from classifiers.errors import Unavailable
from classifiers.plugin import examine
from classifiers.registry import Registry, read_registry


def disease(folder: Path, name: str, model: str = "logits", **changes: Any) -> dict[str, Any]:
    """Write a card into a folder of its own; return its registry line."""
    tiny.write(folder / name, tiny.content(model, id=name, **changes), model=model)
    return {"card": f"{name}/card.yaml"}


def answers(registry: Registry, name: str) -> bool:
    return examine(registry.photo_plugin(name), file(tiny.plain("red"), "PNG")).finding.label == "red"


def test_cards_are_found_from_the_registry_s_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiny.registry(tmp_path / "there", disease(tmp_path, "one") | {"card": "../one/card.yaml"})
    monkeypatch.chdir(tmp_path)
    registry = read_registry(path.relative_to(tmp_path))
    assert registry.all_faults == ()
    assert answers(registry, "one")


def test_a_bad_card_leaves_the_others(tmp_path: Path) -> None:
    path = tiny.registry(
        tmp_path,
        disease(tmp_path, "one", labels__0__link="http://example.org"),
        disease(tmp_path, "two"),
        {"card": "three/card.yaml"},
    )
    registry = read_registry(path)
    assert list(registry.plugins) == ["two"]
    assert answers(registry, "two")
    assert registry.all_faults == (
        f"{tmp_path}/one/card.yaml: labels[0].link: must begin with https://",
        f"{tmp_path}/three/card.yaml: cannot be read: No such file or directory",
    )
    assert [entry.id for entry in registry.entries] == ["one", "two", "three"]
    with pytest.raises(Unavailable) as refused:
        registry.photo_plugin("one")
    assert refused.value.facts == {"disease": "one"}


def test_a_name_that_no_file_can_have_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "registry.yaml").write_text('plugins: [{card: "a\\0b"}]')
    (told,) = read_registry(tmp_path / "registry.yaml").all_faults
    assert told.endswith("cannot be read: no file can be called so")


@pytest.mark.parametrize("kind", ["device", "pipe", "long"])
def test_a_card_from_a_stranger_that_leads_to_what_has_no_end_is_not_read(tmp_path: Path, kind: str) -> None:
    path = tiny.registry(tmp_path, disease(tmp_path, "one"), disease(tmp_path, "two"))
    card = tmp_path / "one" / "card.yaml"
    card.unlink()
    if kind == "device":
        card.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(card)
    else:
        card.touch()
        os.truncate(card, 2**40)
    registry = read_registry(path)
    assert list(registry.plugins) == ["two"]
    why = "File too large" if kind == "long" else "it is no regular file"
    assert registry.all_faults == (f"{card}: cannot be read: {why}",)


def test_a_disease_that_is_off_is_not_offered_and_no_fault(tmp_path: Path) -> None:
    path = tiny.registry(tmp_path, disease(tmp_path, "one"), disease(tmp_path, "two") | {"enabled": False})
    registry = read_registry(path)
    assert list(registry.plugins) == ["one"]
    assert registry.all_faults == ()


def test_an_id_that_stands_twice_is_a_fault_and_the_first_answers(tmp_path: Path) -> None:
    disease(tmp_path, "one")
    tiny.write(tmp_path / "copy", tiny.content(id="one"))
    registry = read_registry(tiny.registry(tmp_path, {"card": "one/card.yaml"}, {"card": "copy/card.yaml"}))
    assert registry.all_faults == (f"{tmp_path}/registry.yaml: the id one stands twice: {tmp_path}/copy/card.yaml",)
    assert registry.entries[0].plugin is registry.photo_plugin("one")
    assert len(registry.entries) == 1


def test_a_broken_card_does_not_take_the_name_of_a_good_one(tmp_path: Path) -> None:
    tiny.write(tmp_path / "one", tiny.content(id="one", decision=...))
    tiny.write(tmp_path / "mended", tiny.content(id="one"))
    registry = read_registry(tiny.registry(tmp_path, {"card": "one/card.yaml"}, {"card": "mended/card.yaml"}))
    assert answers(registry, "one")
    assert registry.all_faults == (f"{tmp_path}/one/card.yaml: decision: is missing",)


def test_the_same_disease_may_stand_twice_when_one_is_off(tmp_path: Path) -> None:
    disease(tmp_path, "one")
    tiny.write(tmp_path / "next", tiny.content(id="one"))
    lines = ({"card": "next/card.yaml", "enabled": False}, {"card": "one/card.yaml"})
    registry = read_registry(tiny.registry(tmp_path, *lines))
    assert registry.all_faults == ()
    assert answers(registry, "one")


@pytest.mark.parametrize(
    ("model", "changes", "wanted"),
    [
        ("logits", {"labels": tiny.content()["labels"][:2]}, "expected 2 scores, found shape (3,)"),
        ("softmax", {"model__outputs__attention": 1}, "expected an output 1, found 1 outputs"),
        ("softmax", {"model__outputs__not_this": 4}, "expected an output 4, found 1 outputs"),
        ("logits", {"model__scores": "probabilities"}, "expected probabilities that sum to one, found "),
        ("logits", {"model__outputs": {"scores": 0, "attention": 1, "not_this": 2}}, "expected "),
        ("logits", {"model__outputs": {"scores": 1, "attention": 2, "not_this": 0}}, "expected class maps of height, "),
        ("logits", {"model__outputs": {"scores": 1, "not_this": 0}}, "expected one number for not_this, found shape"),
        (
            "logits",
            {
                "model__outputs": {"scores": 1, "retake": 2},
                "decision__not_this_above": ...,
                "decision__retake_above": {"dark": 1, "flat": 1},
            },
            "expected 2 numbers for retake, one for each limit, found shape (1,)",
        ),
        ("not_a_number", {}, "expected finite numbers, found output 0 with others"),
        ("logits", {"model__input__size": [32, 32]}, "expected a model with an input of (1, 32, 32, 3), found (1, 16"),
        ("logits", {"model__input__layout": "nchw"}, "expected a model with an input of (1, 3, 16, 16), found (1, 16"),
    ],
)
def test_a_model_that_does_not_answer_as_its_card_says_is_named(
    tmp_path: Path, model: str, changes: dict[str, Any], wanted: str
) -> None:
    registry = read_registry(tiny.registry(tmp_path, disease(tmp_path, "one", model, **changes)))
    assert registry.plugins == {}
    assert registry.all_faults[0].startswith(f"{tmp_path}/one/card.yaml: model: {wanted}")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "logits.tflite is empty: "),
        (b"not a model at all", "cannot be run: "),
        (b"\x1c\0\0\0TFL3" + bytes(200), "cannot be run: "),
    ],
)
def test_a_file_that_is_no_model_is_named(tmp_path: Path, content: bytes, why: str) -> None:
    import hashlib  # noqa: PLC0415

    line = disease(tmp_path, "one", model__sha256=hashlib.sha256(content).hexdigest())
    (tmp_path / "one" / "logits.tflite").write_bytes(content)
    registry = read_registry(tiny.registry(tmp_path, line, disease(tmp_path, "two")))
    assert list(registry.plugins) == ["two"]
    assert registry.all_faults[0].startswith(f"{tmp_path}/one/card.yaml: model.file: {why}")


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("", ": must be lines of key: value"),
        ("plugins: skin", ": plugins: "),
        ("plugins: []", ": plugins: "),
        ("plugin:\n  - card: x\n", ": plugins: is missing"),
        ("plugins: [", ": line 2: "),
    ],
)
def test_a_registry_that_cannot_be_read_says_why(tmp_path: Path, written: str, wanted: str) -> None:
    path = tmp_path / "registry.yaml"
    path.write_text(written)
    registry = read_registry(path)
    assert registry.entries == ()
    assert registry.all_faults[0].startswith(f"{path}{wanted}")


def test_a_registry_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    path = tmp_path / "registry.yaml"
    assert read_registry(path).all_faults == (f"{path}: cannot be read: No such file or directory",)


def test_a_bad_line_of_the_registry_leaves_the_other_lines(tmp_path: Path) -> None:
    path = tiny.registry(tmp_path, {"crad": "x"}, disease(tmp_path, "two"))
    registry = read_registry(path)
    assert answers(registry, "two")
    assert registry.all_faults == (
        f"{path}: plugins[0].card: is missing",
        f"{path}: plugins[0].crad: there is no such key",
    )


def test_the_tour_of_the_package_runs_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import classifiers  # noqa: PLC0415

    tiny.registry(tmp_path, disease(tmp_path, "skin"))
    (tmp_path / "spot.jpg").write_bytes(file(tiny.plain("red"), "PNG"))
    monkeypatch.chdir(tmp_path)
    lines = (classifiers.__doc__ or "").splitlines()
    first = lines.index("    from pathlib import Path")
    exec("\n".join(line.strip() for line in lines[first : lines.index("", first + 4)]))  # noqa: S102
    assert "'red': 0.99" in capsys.readouterr().out
