"""Tables and sections in Markdown."""


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table, each line ended."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def with_section(text: str, heading: str, body: str, *, before: str = "By camera") -> str:
    """Return a text with this section in place of the one of the same heading; a new one comes before another's heading."""
    head, _, rest = text.partition(f"\n## {heading}\n")
    if rest:
        _, mark, behind = rest.partition("\n## ")
        return f"{head}\n## {heading}\n\n{body}{mark}{behind}"
    head, mark, behind = text.partition(f"\n## {before}\n")
    return f"{head}\n## {heading}\n\n{body}{mark}{behind}"
