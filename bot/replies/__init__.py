"""What is said of a finding, a refusal or a disease: words and buttons, no Telegram and no clock. Pure."""

from bot.replies.about import about, diseases
from bot.replies.apologies import apology, refusal
from bot.replies.buttons import FEEDBACK, Button, Rows, feedback_rows, replaced
from bot.replies.invitation import (
    help_messages,
    invitation,
    only_asks,
    privacy,
    profile_description,
    profile_short_description,
)
from bot.replies.length import CAPTION, MESSAGE, clipped, units
from bot.replies.photo_result import Reply, photo_reply
from bot.replies.reload import reloaded
from bot.replies.symptoms import symptom_rows, symptoms_button
from bot.replies.together import LookedAt, unused_in_words, why_unused

__all__ = [
    "CAPTION",
    "FEEDBACK",
    "MESSAGE",
    "Button",
    "LookedAt",
    "Reply",
    "Rows",
    "about",
    "apology",
    "clipped",
    "diseases",
    "feedback_rows",
    "help_messages",
    "invitation",
    "only_asks",
    "photo_reply",
    "privacy",
    "profile_description",
    "profile_short_description",
    "refusal",
    "reloaded",
    "replaced",
    "symptom_rows",
    "symptoms_button",
    "units",
    "unused_in_words",
    "why_unused",
]
