"""Why a model is not added."""


class CannotAdd(Exception):
    """Nothing was added; the text says why and what to do."""
