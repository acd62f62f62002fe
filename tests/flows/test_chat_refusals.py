"""What cannot be looked at gets told what to send instead."""

from __future__ import annotations

import pytest
from chat import agree
from fake_disease import SaysWhatItIsTold, photo
from hostile_files import many_scans
from phone import Phone

from bot.local import LocalServer

WHOLE = photo()


@pytest.mark.parametrize(
    ("content", "kind", "name", "mime", "said"),
    [
        (b"%PDF-1.7 x", "document", "letter.pdf", "application/pdf", "cannot read PDFs"),
        (b"a,b", "document", "table.csv", "text/csv", "cannot read this kind of file"),
        (b"RIFF", "sticker", "s.webp", "image/webp", "sticker is nothing"),
        (b"film", "video", "v.mp4", "video/mp4", "cannot watch videos"),
        (b"hum", "voice", "v.ogg", "audio/ogg", "cannot listen"),
        (b"no image at all", "document", "spot.jpg", "image/jpeg", "cannot open this as a photo"),
        (WHOLE[: len(WHOLE) // 2], "document", "spot.jpg", "image/jpeg", "damaged or incomplete"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "document", "d.svg", "image/svg+xml", "cannot open this"),
    ],
    ids=["pdf", "table", "sticker", "video", "voice", "no image", "half an image", "drawing"],
)
async def test_what_is_no_photo_gets_told_what_to_send(
    agreed: Phone, content: bytes, kind: str, name: str, mime: str, said: str
) -> None:
    (sent,) = await agreed.sends_photo(content, kind=kind, name=name, mime=mime)
    answer = await agreed.waits_for(said)
    assert "Please send" in answer["text"]
    assert answer["reply_to"] == sent["message_id"]


async def test_an_empty_file_is_refused(agreed: Phone) -> None:
    await agreed.sends_photo(b"", kind="document", name="spot.jpg", mime="image/jpeg")
    assert await agreed.waits_for("nothing in this file")


async def test_a_file_over_20_megabytes_is_refused_with_its_size(agreed: Phone, engine: SaysWhatItIsTold) -> None:
    await agreed.sends_photo(bytes(21 * 2**20 + 1), kind="document", name="spot.jpg", mime="image/jpeg")
    answer = await agreed.waits_for("up to 20 MB")
    assert "has 22 MB" in answer["text"]
    assert engine.seen == 0


async def test_too_many_pixels_are_refused_by_the_header(agreed: Phone, engine: SaysWhatItIsTold) -> None:
    header = b"BM" + bytes(8) + (54).to_bytes(4, "little") + (40).to_bytes(4, "little")
    side = (20_000).to_bytes(4, "little")
    bitmap = header + side + side + (1).to_bytes(2, "little") + (24).to_bytes(2, "little") + bytes(24)
    await agreed.sends_photo(bitmap, kind="document", name="huge.bmp", mime="image/bmp")
    answer = await agreed.waits_for("400 megapixels")
    assert "up to 67" in answer["text"]  # of three bytes each


async def test_a_file_that_takes_minutes_to_open_is_given_up_and_nobody_else_waits(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold
) -> None:
    (sent,) = await agreed.sends_photo(many_scans(2000, 40_000), kind="document", name="spot.jpg", mime="image/jpeg")
    async with Phone(server.url, person=2002) as other:
        await agree(other)
        await other.sends_photo(WHOLE)
        await other.waits_for("looks most like")
    assert not any("takes more time" in (message["text"] or "") for message in (await agreed.state())["messages"])
    answer = await agreed.waits_for("takes more time or memory than I can give")
    assert answer["reply_to"] == sent["message_id"]
    await agreed.sends_photo(photo(kind="TIFF"), kind="document", name="spot.tif", mime="image/tiff")
    assert await agreed.waits_for("looks most like")


async def test_text_gets_a_hint(agreed: Phone) -> None:
    await agreed.says("my arm itches")
    assert await agreed.waits_for("I only understand photos")


async def test_an_unknown_command_gets_a_hint(agreed: Phone) -> None:
    await agreed.says("/frobnicate")
    assert await agreed.waits_for("do not know this command")


async def test_a_diseases_command_without_a_photo_asks_for_one(agreed: Phone) -> None:
    await agreed.says("/skin")
    assert await agreed.waits_for("Send me a photo for Skin spot")
