"""What a card says to people about its photos; where it is silent, `bot/texts` has words that fit any photo."""

from pydantic import Field

from classifiers.card.common import Code, Strict, Text


class OutlineWords(Strict):
    """How the shape of what is outlined is described."""

    even: Text | None = None
    uneven: Text | None = None
    symmetric: Text | None = None
    asymmetric: Text | None = None
    cut: Text | None = None  # off by the photo's edge


class Words(Strict):
    """What to take a photo of and how, and what to do about one that cannot be judged. A reply clips long ones."""

    photo: Text | None = None  # what to send, as part of a sentence: "a photo of a spot on your skin"
    tip: Text | None = None  # how, in a few words behind it: "close, sharp, in daylight"
    tips: tuple[Text, ...] = ()  # how to take a good photo, a line each, for /help
    retake: dict[Code, Text] = Field(default_factory=dict)  # by quality code: what is wrong, and what to do about it
    again: Text | None = None  # asks for another photo, below what is wrong
    not_this: Text | None = None  # what to send instead of something that the model does not know
    cannot_wait: Text | None = None  # what else it may be that the model knows nothing of, and when that cannot wait
    watch: Text | None = None  # when to see a doctor sooner
    seen_anyway: Text | None = None  # when to see a doctor whatever is said of a photo
    different: Text | None = None  # asks whether photos that were looked at together show different things, on a button
    drawn: Text | None = None  # how the card's drawings of its labels are to be read
    subject: Text | None = None  # the noun for what is outlined: "spot"
    outline: OutlineWords = OutlineWords()
