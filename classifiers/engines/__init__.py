"""Engines: one runtime each, from pixels to scores."""
