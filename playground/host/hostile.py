"""A commit that tries to act on whoever checks it out. Each trick leaves a file in the traces folder if it succeeds."""

from pathlib import Path

from .releases import Entry


def tree(folder: Path) -> dict[str, Entry]:
    """Paths of the hostile commit: filters, an ext:: submodule, an embedded repository, symlinks out of the tree."""
    traces = folder / "traces"

    def trace(name: str) -> str:
        return f"touch {traces}/{name}"

    texts = {
        ".gitattributes": "COMMIT export-subst\n* filter=evil diff=evil merge=evil\n",
        ".gitconfig": f'[filter "evil"]\n\tsmudge = {trace("filter")}; cat\n\tclean = {trace("filter")}; cat\n',
        ".gitmodules": '[submodule "lib"]\n\tpath = lib\n'
        f"\turl = ext::sh -c {trace('submodule')}\n\tupdate = !{trace('update')}\n",
        ".githooks/post-checkout": f"#!/bin/sh\n{trace('hook')}\n",
        "vendor/HEAD": "ref: refs/heads/main\n",
        "vendor/config": "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n"
        f"\tfsmonitor = {trace('fsmonitor')}\n",
        "vendor/refs/keep": "",
        "vendor/objects/keep": "",
        "--checkpoint-action=exec=sh": "tar and friends take this name for an option when they are given *\n",
        "name\nwith a newline": "\n",
    }
    links = {"outside": "../../../../etc", "passwd": "/etc/passwd", "chroma_db": "/etc"}
    entries = {
        path: Entry(text.encode(), "100755" if path.startswith(".githooks") else "100644")
        for path, text in texts.items()
    }
    entries |= {path: Entry(target.encode(), "120000") for path, target in links.items()}
    return entries | {"lib": Entry(b"1" * 40, "160000")}
