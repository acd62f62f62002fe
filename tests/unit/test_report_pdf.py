"""A report as a PDF: a page for each spot or form in every language, every letter of it there, and its text can be read."""

from __future__ import annotations

import io
import re
import unicodedata
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fake_disease import photo
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from bot.forms.result import form_reply
from bot.forms.sheet import form_sheet
from bot.forms.state import SUMMARY, FormState
from bot.replies.report.pdf import FONTS, pdf_of
from bot.replies.report.sheet import Block, Sheet
from bot.replies.report.spot_sheet import ReportedPhoto, ReportedSpot, spot_sheet
from bot.texts import Texts
from bot.texts.direction import without_isolates
from classifiers.card import PhotoCard
from classifiers.card.questions import Answer, Number
from classifiers.form.score import examine_form
from classifiers.registry import read_registry

SHIPPED = read_registry(Path(__file__).parents[2] / "registry.yaml")
SKIN = SHIPPED.photo_plugin("skin").card
TEXTS = Texts.load()
MADE, NOW = date(2026, 11, 28), datetime(2026, 11, 28, tzinfo=UTC)
SHARES = dict(zip(SKIN.codes, (0.02, 0.05, 0.01, 0.01, 0.87, 0.02, 0.01, 0.01), strict=True))
PICTURES = [photo(160, 120 + at) for at in range(5)]


def reported(days: int, *, jpeg: bytes | None = PICTURES[0]) -> ReportedPhoto:
    """A photo of so many days ago, with all that can be known of one."""
    return ReportedPhoto(
        taken=NOW - timedelta(days=days),
        jpeg=jpeg,
        model=SKIN.model.version,
        outcome="sure",
        label="mel",
        probabilities=SHARES,
        care="urgent",
        symptoms=tuple(one.code for one in SKIN.symptoms),
        size=(6.2, 0.7),
    )


def spot(photos: int, card: PhotoCard | None = SKIN) -> ReportedSpot:
    """A spot with so many photos, one of which Telegram has no more."""
    shown = [reported(30 * at, jpeg=None if at == 2 else PICTURES[at % 5]) for at in range(photos)]
    return ReportedSpot(place="back.right_forearm", disease="skin", card=card, since=NOW, photos=shown)


def form(disease: str, texts: Texts) -> Sheet:
    """A form that is filled in with its examples."""
    plugin = SHIPPED.form_plugin(disease)
    answers: dict[str, Answer | None] = {
        one.id: one.example if isinstance(one, Number) else None for one in plugin.card.questions if one.asked
    }
    state = FormState(disease=disease, run="f", command=1, at=SUMMARY, answers=answers)
    found = examine_form(plugin, {key: one for key, one in answers.items() if one is not None})
    result = form_reply(found, plugin.card, 1, texts, as_typed={}).caption
    return form_sheet(plugin.card, state, result, texts, made=MADE)


def read(content: bytes) -> list[str]:
    """Return the text of each page, with single spaces."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def read_as_chrome_does(content: bytes) -> list[str]:
    """Return the text of each page as PDFium finds it, with single spaces."""
    with closing(PdfDocument(content)) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def strings(sheet: Sheet) -> str:
    """Return all that a sheet says."""
    blocks = [one for block in sheet.blocks for one in (block.title, *block.lines, *sum(block.rows, ()))]
    return "".join([sheet.heading, sheet.below, *(picture.caption for picture in sheet.pictures), *blocks])


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_each_spot_and_form_has_one_page_with_all_its_letters(lang: str) -> None:
    texts = TEXTS.speaking(lang)
    sheets = [spot_sheet(spot(12), texts, made=MADE), spot_sheet(spot(1), texts, made=MADE)]
    sheets += [form(disease, texts) for disease in ("heart", "thyroid")]
    content = pdf_of(sheets, texts, title="Report")
    pages = read(content)
    assert len(pages) == len(sheets)
    assert [len(page.images) for page in PdfReader(io.BytesIO(content)).pages] == [4, 1, 0, 0]
    family = {"ar": "NotoSansArabic", "hi": "NotoSansDevanagari"}.get(lang, "NotoSans")
    for style in ("Regular", "Bold"):
        known = TTFont(FONTS / f"{family}-{style}.ttf").getBestCmap()
        missing = {one for sheet in sheets for one in strings(sheet) if ord(one) not in known}
        assert missing <= {"\N{NARROW NO-BREAK SPACE}"}
    for sheet, *readings in zip(sheets, pages, read_as_chrome_does(content), strict=True):
        lines = [sheet.heading, *(line for block in sheet.blocks for line in block.lines)]
        for page in readings:
            assert all(told(line) <= told(page) if lang == "ar" else whole(line) in whole(page) for line in lines)


def told(text: str) -> set[str]:
    """Return the words in Arabic letters: between words from left to right readers put them in an order of their own."""
    return set(re.findall("[\u0620-\u065f]{2,}", unicodedata.normalize("NFC", without_isolates(text))))


def whole(text: str) -> str:
    """Return a text without spaces: some readers part the letters of Hindi from their signs."""
    return re.sub(r"\s", "", text)


def test_in_arabic_brackets_stand_around_their_words_where_the_pdf_is_read_in_chrome() -> None:
    words = "الساعد الأيمن (من الخلف)"
    [page] = read_as_chrome_does(pdf_of([Sheet(heading=words, below="")], TEXTS.speaking("ar"), title="x"))
    assert page == words


def test_a_spot_s_page_says_when_where_what_and_on_what_it_rests() -> None:
    [page] = read(pdf_of([spot_sheet(spot(3), TEXTS, made=MADE)], TEXTS, title="Report"))
    for words in (
        "Skin spot: right forearm (back)",
        "Made on 28 November 2026",
        "This looks most like Melanoma.",
        "Melanoma: 87%",
        "Have it seen quickly",
        "Size: 6.2 mm ± 0.7 mm",
        "no longer at Telegram",
        f"Model: {SKIN.model.version}",
        "HAM10000",
        "phone photos of PAD-UFES-20",
        "This is not a diagnosis",
        "not the chance that this person has a disease",
    ):
        assert words in page


def test_a_spot_whose_disease_is_gone_and_words_of_other_scripts_are_printed_all_the_same() -> None:
    odd = Sheet(heading="皮膚 ☂", below="", blocks=(Block(title="x", rows=(("a" * 400, "b"),)),))
    gone = spot_sheet(spot(1, card=None), TEXTS, made=MADE)
    first, second = read(pdf_of([odd, gone], TEXTS, title="Report"))
    assert first.startswith("?? ?")
    assert "mel: 87%" in second
    assert "No measurements of this model are on record." in second
