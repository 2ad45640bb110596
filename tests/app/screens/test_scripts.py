"""Scripts and styles: small enough to read, light enough to send, and nothing from elsewhere."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "app" / "static"
TEMPLATES = STATIC.parent / "templates"
SCRIPTS = sorted(STATIC.rglob("*.js"))
ENTRIES = sorted(
    {
        name
        for page in TEMPLATES.rglob("*.html")
        for name in re.findall(r"screens/(\w+)\.js", page.read_text("utf-8"))
    }
)
_IMPORT = re.compile(r"""import (?:[^"]+ from )?"([^"]+)";""")


def reached(entry: Path) -> set[Path]:
    """The script and everything it imports."""
    found: set[Path] = set()
    waiting = [entry]
    while waiting:
        script = waiting.pop()
        if script not in found:
            found.add(script)
            imports = _IMPORT.findall(script.read_text(encoding="utf-8"))
            waiting += [(script.parent / target).resolve() for target in imports]
    return found


def zipped(files: set[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


@pytest.mark.parametrize("name", ENTRIES)
def test_no_screen_sends_more_than_forty_kilobytes_of_script(name: str) -> None:
    """Thirty until the doctor's page learned to merge drafts and to be drawn anew; it does most."""
    assert zipped(reached(STATIC / "screens" / f"{name}.js")) <= 40_000


@pytest.mark.parametrize("sheet", sorted((STATIC / "screens").glob("*.css")), ids=lambda path: path.stem)
def test_no_screen_sends_more_than_fifteen_kilobytes_of_style(sheet: Path) -> None:
    shared = {STATIC / "tokens.css", STATIC / "ui.css", STATIC / "forms.css"}

    assert zipped({*shared, sheet}) <= 15_000


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_can_be_read_in_one_go(script: Path) -> None:
    assert len(script.read_text(encoding="utf-8").splitlines()) < 150


def test_no_script_is_left_over() -> None:
    used = {script for name in ENTRIES for script in reached(STATIC / "screens" / f"{name}.js")}
    used.add(STATIC / "screen_worker.js")  # fetched by its own address

    assert sorted(set(SCRIPTS) - used) == []


def test_only_one_file_knows_the_socket() -> None:
    knows = [script.name for script in SCRIPTS if "WebSocket" in script.read_text(encoding="utf-8")]

    assert knows == ["line.js"]


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_no_page_carries_style_or_script_of_its_own(template: Path) -> None:
    source = template.read_text(encoding="utf-8")

    assert re.findall(r"\sstyle=|<style|\son\w+=", source) == []
    assert [
        tag for tag in re.findall(r"<script[^>]*>", source) if "src=" not in tag and "json" not in tag
    ] == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    sources = [*SCRIPTS, *STATIC.rglob("*.css"), *TEMPLATES.rglob("*.html")]

    found = {
        source.name
        for source in sources
        if re.search(r"https?://(?!www\.w3\.org)", source.read_text("utf-8"))
    }
    assert found == set()


def test_colours_stand_in_one_place() -> None:
    sheets = [sheet for sheet in STATIC.rglob("*.css") if sheet.name != "tokens.css"]

    named = {
        sheet.name: re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])", sheet.read_text("utf-8")) for sheet in sheets
    }
    assert {name: found for name, found in named.items() if found} == {}
