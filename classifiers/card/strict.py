"""What all parts of a card share: no unknown keys, nothing that changes, and texts by language with English among them."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


class Strict(BaseModel):
    """A part of a card."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _in_english(text: dict[str, str]) -> dict[str, str]:
    if not text.get("en", "").strip():
        raise ValueError("must have English (en), which every language falls back to")
    return text


Text = Annotated[dict[str, str], AfterValidator(_in_english)]  # by language
