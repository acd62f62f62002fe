"""Diseases: their cards, their engines, and how to look at a case and measure a model."""
