"""What a person agreed to, chose, and may see and delete."""
