"""A spot over time: how large it is, by a coin beside it, and what changed between two photos of it."""
