"""The chat: updates come in, replies go out."""
