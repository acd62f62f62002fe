"""The lesion on a photo: segmented, and described in numbers."""
