"""Records that the store takes and returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What must be known of a person to answer them: the version that they consented to (None: never), how many of their
    photos were examined within a day, whether they have a half-filled form in this chat, and what they chose, by key."""

    consent: str | None
    entries: int
    has_form: bool
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredUpdate:
    """An update that has not been answered yet; `content` is its JSON as Telegram sent it.

    `attempts` are those that failed through its own fault, `deaths` the processes that ended while it was in hand,
    `placeholder` is the message that stands in the chat until the answer comes. Of one that is taken in hand `standing` says
    what is known of its person (the keyed hash), if it has one.
    """

    update_id: int
    chat: int
    content: str
    attempts: int
    deaths: int
    received: datetime
    placeholder: int | None = None
    person: str | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An update that came: known before, or taken in hand at once, with what is known of its person, or it waits.

    Where it waits and nobody told its person yet, so many updates of its chat are before it, and so many chats take turns.
    """

    is_new: bool
    is_taken: bool = False
    standing: Standing | None = None
    ahead: int = 0
    chats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedUpdate:
    """An update as the operator sees it: its state and why, never its content."""

    bot: int
    update_id: int
    received: datetime
    state: str
    reason: str | None
    attempts: int
    deaths: int
    has_content: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPhoto:
    """What makes a photo in a message the same as one before: `file` is its file_unique_id, `asked` the command with it."""

    chat: int
    message: int
    file: str
    asked: str


AnsweredPhotos = Mapping[int, SeenPhoto | None]
"""Updates that are answered at once, by their numbers, each with its photo, if it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFinding:
    """The message that shows the finding of a journal entry; `album` is Telegram's name for the album that it answers."""

    entry: int
    chat: int
    message: int
    album: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What is noted once a person (the keyed hash) has an answer: to which updates, when, and where a finding is shown."""

    photos: AnsweredPhotos
    person: str
    time: datetime
    shown: ShownFinding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One journal row: what was answered, never the photo, the file's name or the person's name.

    `time` is aware and in UTC, `person` the keyed hash (64 hex digits), `probabilities` label → calibrated p.
    `symptoms` are codes of what the person notices, None where they said nothing. `joint` is the entry of this photo
    together with others of the same thing, `photos` how many count for such an entry.
    """

    id: int | None = None
    time: datetime
    person: str
    disease: str
    model: str
    outcome: str
    label: str
    probabilities: dict[str, float]
    care: str
    alarm: bool
    reasons: tuple[str, ...]
    milliseconds: float
    feedback: str | None = None
    symptoms: tuple[str, ...] | None = None
    joint: int | None = None
    photos: int | None = None
    review_label: str | None = None  # what a reviewer said of it, "-" for none of the card's labels
    review_care: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOpinion:
    """What reviewers are asked about one finding; numbers of messages that are not there (yet) are None.

    `person` and `reviewer` are keyed hashes, `message` is the bot's answer in the person's private `chat`, `files` are what
    kind Telegram knows the photo and the picture as, and by which names.
    """

    id: int = 0
    person: str
    entry: int
    chat: int
    message: int
    language: str | None
    files: tuple[tuple[str, str], ...]
    state: str = "draft"  # then: waits, taken, answered
    reviewer: str | None = None
    group_chat: int | None = None
    group_message: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionMessage:
    """A message about a second opinion; `kind` is reviewer, words of theirs, or what it is of the bot's.

    That is the case, with the buttons, and its photos (case, case_photo), or something said later (text, photo).
    """

    chat: int
    message: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A person consented at this time to this version of the text."""

    person: str
    time: datetime
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotPhoto:
    """What is known of one photo of a followed spot, which itself stays at Telegram.

    `taken` is when it was sent; `file` is Telegram's file_id and `identity` its file_unique_id. The finding is as in the
    journal, where it is `entry`. `features` are the outlined lesion's measures, `answers` the codes of what the person said
    about the spot (None: not asked), `size` and `uncertainty` millimetres (None: no size is known).
    """

    id: int | None = None
    taken: datetime
    file: str
    identity: str
    entry: int | None
    model: str
    outcome: str
    label: str
    care: str
    alarm: bool
    probabilities: dict[str, float]
    features: dict[str, Any] | None = None
    answers: tuple[str, ...] | None = None
    size: float | None = None
    uncertainty: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A followed spot with its photos, the newest first; `place` is a code (`front.chest`), empty where it was not said."""

    id: int
    chat: int
    disease: str
    place: str
    made: datetime
    photos: tuple[SpotPhoto, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSpot:
    """A followed spot as it stands in the list: how many photos there are, and the last one's date and finding."""

    id: int
    disease: str
    place: str
    photos: int
    taken: datetime
    outcome: str
    label: str
    care: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many rows of each kind /forget deleted, and whether they have left the disk, too."""

    journal: int
    consents: int
    choices: int
    conversations: int
    inbox: int
    spots: int = 0
    wiped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """How many unfinished updates lost their content, and how many half-filled forms were deleted, for their age."""

    updates: int
    conversations: int
