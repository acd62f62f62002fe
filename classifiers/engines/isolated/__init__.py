"""Engines in a process of their own: bounded in time and memory, ended and started anew."""
