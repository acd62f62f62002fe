"""The limits by which two photos of a spot are compared, chosen and measured on repeated photos of the same lesions."""
