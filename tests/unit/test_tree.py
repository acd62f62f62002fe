"""The tree in docs/architecture.md is the tree that there is."""

import subprocess
from pathlib import Path, PurePosixPath

HOME = Path(__file__).parents[2]


def named() -> dict[str, str]:
    """Return what the page's first block names below its first heading of that name, and how it describes it.

    A line is `name  description`, two spaces deeper than its folder, whose name ends with a slash.
    """
    page = (HOME / "docs" / "architecture.md").read_text(encoding="utf-8")
    block = page.partition("\n## The tree\n")[2].split("```")[1]
    folders: list[str] = []
    found = {}
    for line in block.strip("\n").splitlines():
        name, _, description = line.strip().partition("  ")
        depth = (len(line) - len(line.lstrip())) // 2
        path = "".join(folders[:depth]) + name
        found[path] = description
        if name.endswith("/"):
            folders[depth:] = [name]
    return found


def existing() -> tuple[set[str], set[str]]:
    """Return the folders, with a slash at the end, and the files that git knows."""
    files = subprocess.run(["git", "ls-files"], cwd=HOME, check=True, capture_output=True, text=True).stdout.split()
    paths = {PurePosixPath(file) for file in files if (HOME / file).exists()}
    return {f"{folder}/" for path in paths for folder in path.parents}, {str(path) for path in paths}


def test_the_tree_names_every_folder_and_either_all_modules_of_one_or_none() -> None:
    tree, (folders, files) = named(), existing()
    tops = tuple(name for name in tree if name.count("/") == 1 and name.endswith("/"))
    assert {"bot/", "classifiers/", "deploy/"} <= set(tops)
    told = {f"{PurePosixPath(name).parent}/" for name in tree if not name.endswith("/")}
    modules = {file for file in files if file.endswith(".py") and PurePosixPath(file).name != "__init__.py"}
    wanted = {folder for folder in folders if folder.startswith(tops)}
    wanted |= {module for module in modules if f"{PurePosixPath(module).parent}/" in told}
    assert sorted(tree) == sorted(wanted)


def test_the_tree_says_what_everything_in_it_is_for() -> None:
    assert [name for name, description in named().items() if not description] == []
