"""What `bin/check` looks at: all of it, one line each, and what is wrong under it."""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from jinja2 import TemplateSyntaxError

from app import create_app
from bin import catalogs
from config import ROOT, Settings

SENT = ("pdf/", "email/")
"""Templates that no browser shows; they may carry their style with them."""

INLINE = re.compile(
    r"""<script(?![^>]*(?:\bsrc=|application/json))|<style\b|\sstyle=|\son[a-z]+=["']|hx-on|\bjs:|javascript:"""
)
"""What the Content-Security-Policy forbids, so it would do nothing in the browser."""

Check = Callable[[], Iterator[str]]


def tool(name: str, *arguments: str) -> Check:
    """A check that a tool beside our Python makes: what it prints when it isn't content."""

    def run() -> Iterator[str]:
        command = [str(Path(sys.executable).with_name(name)), *arguments]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if ended.returncode:
            yield (ended.stdout + ended.stderr).strip()

    return run


def templates() -> Iterator[str]:
    """Every template compiles with the filters it names, and holds nothing that the browser refuses."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.from_environment({"DATA_DIR": directory})
        environment = create_app(settings).jinja_env
    for name in environment.list_templates(extensions=["html", "txt"]):
        try:
            environment.get_template(name)
        except TemplateSyntaxError as error:
            yield f"templates/{error.name or name}:{error.lineno}: {error.message}"
        if not name.startswith(SENT):
            yield from _inline(name)


def _inline(name: str) -> Iterator[str]:
    for number, line in enumerate((ROOT / "templates" / name).read_text().splitlines(), 1):
        if found := INLINE.search(line):
            yield f"templates/{name}:{number}: inline code or style: {found[0].strip()}"


CHECKS: dict[str, Check] = {
    "format": tool("ruff", "format", "--check", "--output-format=concise", "."),
    "lint": tool("ruff", "check", "--quiet", "--output-format=concise", "."),
    "types": tool("mypy"),
    "imports": tool("lint-imports", "--no-logo"),
    "templates": templates,
    "markup": tool("djlint", "templates", "--lint", "--quiet"),
    "translations": catalogs.problems,
}


def main() -> int:
    """Makes all checks; 1 when one of them found something."""
    code = 0
    for name, check in CHECKS.items():
        begun = time.monotonic()
        found = list(check())
        print(f"{'FAILED' if found else 'ok':6} {name:12} {time.monotonic() - begun:5.1f} s", flush=True)
        for line in found:
            print(f"    {line}".replace("\n", "\n    "))
        code |= bool(found)
    return code


if __name__ == "__main__":
    sys.exit(main())
