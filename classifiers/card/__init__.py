"""Cards: all the medicine of a disease, read from its `card.yaml` and checked as a whole."""
