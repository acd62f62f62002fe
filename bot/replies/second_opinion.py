"""What reviewers are shown of a finding, what they tap, and what its person is told of their answer. Pure."""

from dataclasses import dataclass

from bot.replies.buttons import Button, Rows
from bot.replies.length import clipped, joined, pieces, units
from bot.replies.photo_result import percent
from bot.replies.places import place_name
from bot.replies.taps import NO_LABEL, PersonOpinionTap, ReviewAnswerTap, ReviewLabelTap, ReviewTap
from bot.texts import Html, Texts
from bot.texts.direction import own_name
from classifiers.card import CARE, PhotoCard
from classifiers.finding import WORTH_KNOWING
from classifiers.verdict import raised_care

_TITLE, _WORDS, _CAPTION, _NAME = (
    60,
    3000,
    600,
    40,
)  # units of a title, of words, of words below a file, of a first name
_POSSIBLE = 3  # labels that are named
_LONGEST_CODE = 40  # letters of a label that fit into a button's data


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedFinding:
    """What reviewers are asked about: a finding as the journal has it. `card` is None where its disease is gone."""

    number: int  # of the second opinion
    card: PhotoCard | None
    disease: str
    outcome: str
    label: str
    probabilities: dict[str, float]
    care: str
    symptoms: tuple[str, ...] | None  # what its person notices; None where they said nothing
    language: str  # its person's, by its own name
    place: str = ""  # on the body, as a code; empty where it was not said
    review_label: str = ""  # what a reviewer answered last, empty where nobody did
    review_care: str = ""


def label_title(code: str, card: PhotoCard | None, texts: Texts) -> str:
    """Return what a label is called; what it is not of the card's, "none of these"."""
    if code == NO_LABEL:
        return texts.plain("review.none")
    known = card is not None and code in card.codes
    return clipped(texts.localised(card.label(code).title), _TITLE) if card and known else code


def opinion_text(found: ReviewedFinding, status: Html, texts: Texts) -> Html:
    """Return the message in the reviewers' group; `status` says who has taken it."""
    disease = clipped(texts.localised(found.card.title), _TITLE) if found.card else found.disease
    head = texts.html("review.head", number=str(found.number), disease=disease)
    label = label_title(found.label, found.card, texts)
    outcome = texts.html(f"outcome.{found.outcome}", label=label, disease=disease)
    care = _care(found, texts)
    language = texts.html("review.language", language=found.language)
    said = joined([texts.html("review.answered_by_me"), outcome, *_possible(found, texts), care], "\n")
    return joined([head, said, joined([_place(found, texts), _symptoms(found, texts), language], "\n"), status])


def coming_text(number: int, photo: int | None, texts: Texts) -> Html:
    """Return what stands in the group for a moment, in the place of a photo of a case or of something else about it."""
    if photo is None:
        return texts.html("review.comes", number=str(number))
    return texts.html("review.photo_comes", number=str(number), photo=str(photo))


def _care(found: ReviewedFinding, texts: Texts) -> Html:
    """Return how soon to have it seen, as its person was told: what they notice may have raised it."""
    least = next((care for care in CARE if care == found.care), None)
    care = raised_care(found.card, least, found.symptoms or ())[0] if found.card else least
    return texts.html(f"care.{care}") if care else Html()


def _place(found: ReviewedFinding, texts: Texts) -> Html:
    return texts.html("review.place", place=place_name(found.place, texts)) if found.place else Html()


def _symptoms(found: ReviewedFinding, texts: Texts) -> Html:
    """Return what its person said about it."""
    if found.symptoms is None or found.card is None:
        return Html()
    said = [texts.localised(one.title) for one in found.card.symptoms if one.code in found.symptoms]
    return texts.html("review.symptoms", list=texts.listed(said or [texts.plain("review.no_symptoms")]))


def _possible(found: ReviewedFinding, texts: Texts) -> list[Html]:
    """Return the likeliest labels, each with its probability."""
    if found.outcome == "not_this":
        return []
    ranked = sorted(found.probabilities.items(), key=lambda one: -one[1])[:_POSSIBLE]
    worth_it = [one for at, one in enumerate(ranked) if at == 0 or one[1] >= WORTH_KNOWING]
    return [
        texts.html("unsure.possibility", label=label_title(code, found.card, texts), percent=percent(share, texts))
        for code, share in worth_it
    ]


def status_text(state: str, texts: Texts, *, name: str = "", said: str = "") -> Html:
    """Return who has taken it, `name` where it is known, and what they answered."""
    if state in ("taken", "answered"):
        key = f"review.{state}" if name else f"review.{state}_by_one"
        return texts.html(key, name=own_name(clipped(name, _NAME)), said=said)
    return texts.html("review.waits")


def opinion_rows(found: ReviewedFinding, state: str, texts: Texts) -> Rows:
    """Return the buttons in the group: to take it, to answer and to give it back, or to answer anew."""

    def one(key: str, act: str, **facts: str) -> tuple[Button]:
        return (Button(text=texts.plain(f"review.button_{key}", **facts), data=_tap(found.number, act)),)

    if state == "waits":
        return (one("take", "take"),)
    if state == "answered":
        return (one("change", "start"),)
    other = one("label", "labels")
    if found.outcome != "sure" or not _fits(found.label):
        return (other, one("give", "give"))
    agree = Button(
        text=texts.plain("review.button_agree", label=label_title(found.label, found.card, texts)),
        data=ReviewLabelTap(opinion=found.number, label=found.label).data,
    )
    return ((agree,), other, one("give", "give"))


def label_rows(found: ReviewedFinding, texts: Texts) -> Rows:
    """Return a button for each label of the card, one for none of them, and back."""
    codes = [code for code in (found.card.codes if found.card else ()) if _fits(code)]
    titles = {code: label_title(code, found.card, texts) for code in (*codes, NO_LABEL)}
    taps = {code: ReviewLabelTap(opinion=found.number, label=code) for code in titles}
    labels = tuple((Button(text=title, data=taps[code].data),) for code, title in titles.items())
    return (*labels, _back(found, texts))


def care_rows(label: str, found: ReviewedFinding, texts: Texts) -> Rows:
    """Return a button for each answer to "how soon", and back."""
    taps = [ReviewAnswerTap(opinion=found.number, label=label, care=care) for care in CARE]
    cares = tuple((Button(text=texts.plain(f"review.care_{tap.care}"), data=tap.data),) for tap in taps)
    return (*cares, _back(found, texts))


def said_in_short(label: str, care: str, card: PhotoCard | None, texts: Texts) -> str:
    """Return a reviewer's answer for the other reviewers."""
    return texts.formats.listed([label_title(label, card, texts), texts.plain(f"review.care_{care}")])


def answer_text(found: ReviewedFinding, label: str, care: str, texts: Texts) -> Html:
    """Return a reviewer's answer for its person; it says so where it takes the place of one that they have."""
    agrees = found.outcome == "sure" and label == found.label
    key = "none" if label == NO_LABEL else "agrees" if agrees else "thinks"
    view = texts.html(f"opinion.{key}", label=label_title(label, found.card, texts))
    before = (found.review_label, found.review_care)
    is_change = bool(found.review_label) and before != (label, care)  # not where the same is only sent again
    head = joined([texts.html("opinion.looked_anew" if is_change else "opinion.looked"), view], "\n")
    return joined([head, texts.html(f"care.{care}"), texts.html("opinion.by_photo"), texts.html("opinion.reply_here")])


def below_and_after(words: str, *, has_file: bool) -> tuple[str, list[str]]:
    """Return which words stand below a file, and which in messages of their own: so none is cut off."""
    return (words, []) if has_file and units(words) <= _CAPTION else ("", pieces(words, _WORDS))


def words_for_person(words: str, texts: Texts, *, corrects: bool = False) -> Html:
    """Return a reviewer's own words, as theirs; `corrects` says that they changed what they wrote before."""
    key = "opinion.corrected" if corrects else "opinion.words"
    return joined([texts.html(key, words=clipped(words, _WORDS)), texts.html("opinion.reply_here")])


def caption_for_person(words: str, texts: Texts, *, corrects: bool = False) -> Html:
    """Return what stands below a file of a reviewer's."""
    said = clipped(words, _CAPTION)
    if corrects:
        return words_for_person(said, texts, corrects=True)
    head = joined([texts.html("opinion.shows"), texts.escaped(said)], "\n")
    return joined([head, texts.html("opinion.reply_here")])


def words_for_reviewers(number: int, words: str, texts: Texts, *, corrects: bool = False) -> Html:
    """Return the person's own words, or what stands above a photo of theirs; `corrects` as for theirs."""
    key = "review.person_corrects" if corrects and words else "review.person_writes" if words else "review.person_shows"
    return texts.html(key, number=str(number), words=clipped(words, _WORDS))


def asking_rows(number: int, texts: Texts) -> Rows:
    """Return the buttons below the question whether a doctor shall be asked."""
    taps = (PersonOpinionTap(opinion=number, act="send"), PersonOpinionTap(opinion=number, act="no"))
    return tuple((Button(text=texts.plain(f"opinion.button_{tap.act}"), data=tap.data),) for tap in taps)


def taking_back_rows(number: int, texts: Texts) -> Rows:
    """Return the button by which its person takes it back."""
    tap = PersonOpinionTap(opinion=number, act="back")
    return ((Button(text=texts.plain("opinion.button_back"), data=tap.data),),)


def _back(found: ReviewedFinding, texts: Texts) -> tuple[Button]:
    return (Button(text=texts.plain("button.form_back"), data=_tap(found.number, "start")),)


def _tap(number: int, act: str) -> str:
    return ReviewTap.model_validate({"opinion": number, "act": act}).data


def _fits(code: str) -> bool:
    return len(code) <= _LONGEST_CODE
