"""Tables in Markdown."""


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table, each line ended."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
