"""`checkup add`: a draft card for a model that somebody trained."""
