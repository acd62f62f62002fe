"""Cards: all the medicine of a disease, read from its `card.yaml` and checked as a whole."""

from classifiers.card.common import CARE, FIGURES, RESERVED, Alarm, Care, Decision, Evidence, Figure, Label
from classifiers.card.form_card import FormCard
from classifiers.card.photo_card import QUALITY, Outline, PhotoCard, PhotoDecision, Screen
from classifiers.card.read import Card, faults_of, read_card, read_form_card, read_photo_card
from classifiers.card.symptoms import Symptom
from classifiers.card.words import Words

__all__ = [
    "CARE",
    "FIGURES",
    "QUALITY",
    "RESERVED",
    "Alarm",
    "Card",
    "Care",
    "Decision",
    "Evidence",
    "Figure",
    "FormCard",
    "Label",
    "Outline",
    "PhotoCard",
    "PhotoDecision",
    "Screen",
    "Symptom",
    "Words",
    "faults_of",
    "read_card",
    "read_form_card",
    "read_photo_card",
]
