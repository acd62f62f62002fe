"""A doctor's second opinion: asked for, taken by a reviewer, answered."""
