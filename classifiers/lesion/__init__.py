"""The lesion on a photo: found, and described in numbers."""
