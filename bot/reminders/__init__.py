"""Reminders of followed spots: when they are due, and how they are sent, once each."""
