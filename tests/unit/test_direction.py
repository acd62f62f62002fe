"""Right to left: names, numbers and Latin words in Arabic stay whole, and every line knows its direction."""

from __future__ import annotations

import re
import unicodedata

import pytest
from languages import TEXTS

from bot.replies.length import clipped, units
from bot.texts.direction import closed, right_to_left, with_isolated_latin, without_isolates

ARABIC = TEXTS.speaking("ar")
LRI, FSI, PDI, RLM = "\u2066", "\u2068", "\u2069", "\u200f"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("اكتب /start الآن", "اكتب <</start>> الآن"),
        ("أعلى من 120 mg/dL (6.7 mmol/L)؟", "أعلى من <<120 mg/dL>> (<<6.7 mmol/L>>)؟"),
        ("إذا كان <0.01 فاكتبه", "إذا كان <<<0.01>> فاكتبه"),
        ("من 130/80 هو 130؛", "من <<130/80>> هو <<130>>؛"),
        ("بثقة 95%.", "بثقة <<95%>>."),
        ("T4 الحر وT3 الحر", "<<T4>> الحر و<<T3>> الحر"),
    ],
)
def test_what_is_from_left_to_right_is_kept_together(written: str, kept: str) -> None:
    assert with_isolated_latin(written) == kept.replace("<<", LRI, 1).replace(">>", PDI).replace("<<", LRI)
    assert without_isolates(with_isolated_latin(written)) == written


def test_tags_and_facts_of_a_text_stay_as_they_are() -> None:
    assert right_to_left("<b>من {low} إلى 5</b> &lt;") == f"<b>من {{low}} إلى {LRI}5{PDI}</b> &lt;"


def test_a_line_made_of_facts_alone_begins_with_a_mark() -> None:
    assert right_to_left("<b>{disease}</b>\nنعم {x}") == f"{RLM}<b>{{disease}}</b>\nنعم {{x}}"


def test_every_line_is_from_right_to_left_also_one_of_facts_and_arabic_commas() -> None:
    for key in sorted(ARABIC.known()):
        facts = dict.fromkeys(ARABIC.placeholders(key), "x7") | {"count": 3}
        said = re.sub("<[^>]*>", "", ARABIC.html(key, **facts))
        outside = re.sub(f"[{LRI}{FSI}][^{LRI}{FSI}{PDI}]*{PDI}", "", said)
        for line in filter(str.strip, outside.split("\n")):
            strong = [kind for one in line if (kind := unicodedata.bidirectional(one)) in {"L", "R", "AL"}]
            assert strong[:1] in (["R"], ["AL"]), key


def test_a_fact_keeps_its_own_direction_in_arabic_and_nothing_is_added_elsewhere() -> None:
    assert f"{FSI}/heart{PDI}" in ARABIC.html("form.emergency", command="/heart")
    for lang in set(TEXTS.languages) - {"ar"}:
        words = TEXTS.speaking(lang)
        assert words.html("form.emergency", command="/heart") == without_isolates(
            words.html("form.emergency", command="/heart")
        )


def test_every_letter_or_digit_from_left_to_right_is_inside_an_isolate() -> None:
    for key in sorted(ARABIC.known()):
        facts = dict.fromkeys(ARABIC.placeholders(key), "x7") | {"count": 3}
        said = re.sub("<[^>]*>", "", ARABIC.html(key, **facts))
        assert said.count(LRI) + said.count(FSI) == said.count(PDI), key
        left = re.sub(f"[{LRI}{FSI}][^{LRI}{FSI}{PDI}]*{PDI}", "", said)
        assert not re.search("[A-Za-z0-9]", left), key


def test_what_is_cut_off_leaves_no_isolate_open() -> None:
    assert closed(f"a {LRI}b") == f"a {LRI}b{PDI}"
    long = f"كلمة {LRI}" + "x" * 50
    for most in range(10, 40):
        short = clipped(long, most)
        assert units(short) <= most
        assert short.count(LRI) == short.count(PDI)
