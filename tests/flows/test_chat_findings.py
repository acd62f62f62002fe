"""A disease whose photos may show several things at once: each that stands out is named, and nothing is never "healthy"."""

from __future__ import annotations

from typing import Any

import pytest
from fake_disease import LABELS, SaysWhatItIsTold, card, photo, registry
from phone import Message, Phone

from bot.settings import Settings
from bot.store import Store
from classifiers.registry import Registry


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold) -> Registry:
    """A registry that offers one disease of several labels at once."""
    several: dict[str, Any] = card().model_dump(mode="json", exclude_none=True)
    several["model"]["scores"] = "multi_label"
    del several["decision"]["unsure_below"]
    several["decision"]["thresholds"] = dict.fromkeys(LABELS, 0.5)
    return registry(engine, card(**several))


def _words(message: Message) -> str:
    return str(message["caption"]).replace("\N{NO-BREAK SPACE}", " ")


def _links(message: Message) -> list[str]:
    return [button["url"] for row in message["buttons"] for button in row if "url" in button]


async def test_all_that_stands_out_is_named_with_a_link_each_and_the_most_pressing_care(
    agreed: Phone, engine: SaysWhatItIsTold
) -> None:
    engine.shares = (0.1, 0.7, 0.9)
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("What stands out in this photo")
    words = _words(answer)
    assert words.index("Basal: 90%") < words.index("Melanoma: 70%")
    assert "Mole" not in words
    assert "within days" in words
    assert "not a diagnosis" in words
    assert _links(answer) == ["https://example.org/bcc", "https://example.org/mel"]


async def test_where_nothing_stands_out_that_is_not_called_healthy(
    agreed: Phone, engine: SaysWhatItIsTold, settings: Settings
) -> None:
    engine.shares = (0.1, 0.05, 0.15)
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("Nothing of what I look for stands out")
    words = _words(answer)
    assert "does not mean that all is well" in words
    assert "No hurry" in words
    assert "not a diagnosis" in words
    assert not _links(answer)
    async with Store.open(settings.database_url) as store:
        (entry,) = [entry async for entry in store.journal.entries()]
    assert (entry.outcome, entry.care) == ("nothing_found", "routine")
    assert entry.probabilities == pytest.approx({"nv": 0.1, "mel": 0.05, "bcc": 0.15})


async def test_a_bad_photo_is_asked_for_again_before_anything_is_found_in_it(
    agreed: Phone, engine: SaysWhatItIsTold
) -> None:
    engine.shares = (0.9, 0.9, 0.9)
    await agreed.sends_photo(photo(light=0))
    assert "too dark" in _words(await agreed.waits_for("cannot judge this photo well"))
