"""The chat page's own words: the same keys in every language, each of them used, every plural there, no English left."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from babel import Locale
from languages import english_in

PAGE = Path(__file__).parents[2] / "bot" / "local" / "page"
WORDS: dict[str, dict[str, str]] = {
    file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted((PAGE / "words").glob("*.json"))
}
SOURCE = "".join(file.read_text(encoding="utf-8") for file in [*PAGE.rglob("*.js"), PAGE / "index.html"])
LOCAL = "".join(file.read_text(encoding="utf-8") for file in PAGE.parent.glob("*.py"))
REFUSALS = {f"why_{name}" for name in re.findall(r'PageError\([^)]*?", "([a-z_]+)"', LOCAL)}
PLURAL = re.compile(r"\.(zero|one|two|few|many|other)$")
BUILT = {  # keys that are put together of parts
    *("stop_edit", "stop_reply", "photo_you", "photo_bot", "video_you", "video_bot", "voice_you", "voice_bot"),
    *("typing", "upload_photo", "upload_document"),
    *REFUSALS,
}


def without_plurals(words: dict[str, str]) -> set[str]:
    return {PLURAL.sub("", key) for key in words}


@pytest.mark.parametrize("lang", sorted(WORDS))
def test_every_language_has_the_same_words_with_the_same_facts_and_all_its_plurals(lang: str) -> None:
    words = WORDS[lang]
    assert without_plurals(words) == without_plurals(WORDS["en"])
    plurals = {*Locale.parse(lang).plural_form.tags, "other"}
    for key in without_plurals(words):
        forms = {name: text for name, text in words.items() if PLURAL.sub("", name) == key}
        if forms.keys() != {key}:
            assert {name.rpartition(".")[2] for name in forms} == plurals, key
        wanted = set(re.findall(r"{\w+}", WORDS["en"].get(key) or WORDS["en"][f"{key}.other"]))
        for text in forms.values():
            assert set(re.findall(r"{\w+}", text)) in (wanted, wanted - {"{count}"}), key


def test_every_word_is_used_and_every_word_that_is_used_is_there() -> None:
    asked = set(re.findall(r"""say\("([a-z_]+)\"""", SOURCE)) | set(re.findall(r'data-say[a-z-]*="([a-z_]+)"', SOURCE))
    known = without_plurals(WORDS["en"])
    assert asked | REFUSALS <= known
    assert len(REFUSALS) == sum(key.startswith("why_") for key in known)
    assert {key for key in known - asked - BUILT if f'"{key}"' not in SOURCE} == set()


@pytest.mark.parametrize("lang", sorted(set(WORDS) - {"en"}))
def test_no_english_is_left(lang: str) -> None:
    assert {key: text for key, text in WORDS[lang].items() if english_in(text, lang) - {"online"}} == {}
