"""Diseases: their cards, their engines, and how to look at a case and measure a model.

The contract in a minute. A disease is a folder with a card and a model, and a line in a registry that names the card:

    registry.yaml ── registry.read_registry ──▶ Registry: by id, a Plugin = its Card and its running Engine

    a photo's bytes ── photo.open.open_photo, resize.to_input ──▶ uint8 (height, width, 3) ──┐
    a form's answers ── parse.answers_of, form.as_input ──▶ float32 (numbers,) ─────────┤
                                                                              engine.score
                                                                                        ▼
    Finding ◀── verdict.conclude(card, scores, quality of the photo) ◀── Scores: a probability for each label, …

    Card      all the medicine: labels in the order of the model's scores, with titles, links and care; a form's
              questions; the model and how to talk to it; the numbers that were chosen on validation data
    Engine    one method, `score(case) -> Scores`, which any thread may call; engines/ has one for each runtime, and
              whoever writes one of their own writes a class as `engines.python` shows
    Scores    float32 (labels,) that sum to one; with models that have them, maps of where, and how unfamiliar it is
    Finding   what is concluded: one of sure, unsure, retake, not_this; label, calibrated probabilities, care, alarm, why

    from pathlib import Path
    from classifiers.plugin import examine
    from classifiers.registry import read_registry

    registry = read_registry(Path("registry.yaml"))
    examination = examine(registry.photo_plugin("skin"), Path("spot.jpg").read_bytes())
    print(examination.finding.outcome, examination.finding.probabilities)

What can go wrong stands in errors: a Refusal is for the person to mend, a Fault for us. Nothing in here knows of chats,
databases or the environment. docs/adding-a-disease.md goes from somebody's model to an answer.
"""
