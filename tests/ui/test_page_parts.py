"""What every page carries: light enough, from this server alone, nothing inline."""

import hashlib
import re
from pathlib import Path
from xml.etree import ElementTree

import brotli
import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((STATIC / "crm").glob("*.js"))
# As browsers fetch them over https: brotli, as `tests/harness/test_first_visit.py` weighs them.
BUDGET = 100_000
ROOMS = ("crm", "followups", "visits", "complaints")


def named_in(text: str) -> set[str]:
    """The icons a source names."""
    return set(re.findall(r"""\{%\s*icon\s+["']([a-z0-9-]+)""", text))


def test_a_page_needs_at_most_100_kb_of_styles_and_scripts() -> None:
    parts = ("_styles.html", "_scripts.html")
    source = "".join((ROOT / "templates/ui" / part).read_text() for part in parts)
    files = re.findall(r"static '([^']+\.(?:css|js))'", source)
    sizes = {name: len(brotli.compress((STATIC / name).read_bytes())) for name in files}

    assert len(sizes) == 5
    assert sum(sizes.values()) <= BUDGET, sizes


@pytest.mark.parametrize("folder", ["static/vendor", "tests/vendor"])
def test_vendored_files_are_what_their_manifest_says(folder: str) -> None:
    root = ROOT / folder
    rows = [
        [cell.strip() for cell in line.split("|")]
        for line in (root / "MANIFEST").read_text().splitlines()
        if not line.startswith("#")
    ]
    listed = {row[0]: row[4] for row in rows}
    present = {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and path.name not in {"MANIFEST", "LICENSE"}
    }

    assert set(listed) == present
    for name, digest in listed.items():
        content = (root / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, name
        assert b"sourceMappingURL" not in content, name
        assert (root / name).parent.joinpath("LICENSE").exists(), name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_carries_a_style_a_script_or_a_handler(path: Path) -> None:
    source = re.sub(r"\{%.*?%\}", "", path.read_text(), flags=re.S)

    assert not re.findall(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:", source)
    assert not [tag for tag in re.findall(r"<script[^>]*>", source) if "src=" not in tag]
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", source)


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = ElementTree.parse(STATIC / "crm/icons.svg").getroot()
    drawn = {symbol.get("id") for symbol in sprite}
    named = set().union(*(named_in(path.read_text()) for path in TEMPLATES))

    assert named
    assert named <= drawn, named - drawn


def test_every_icon_of_the_sprite_is_named_somewhere() -> None:
    sprite = ElementTree.parse(STATIC / "crm/icons.svg").getroot()
    sources = [*TEMPLATES, *SCRIPTS]
    sources += [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    words = set(re.findall(r"[\"'#]([a-z0-9-]+)[\"']", " ".join(p.read_text() for p in sources)))

    assert {symbol.get("id") for symbol in sprite} <= words


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_stay_on_this_server_and_make_no_code(path: Path) -> None:
    source = path.read_text()

    assert not re.findall(r"https?://|\beval\(|new Function|document\.write", source)


def test_every_colour_is_plain_hex() -> None:
    styles = re.sub(r"/\*.*?\*/", "", (STATIC / "crm/app.css").read_text(), flags=re.S)

    assert not re.findall(r"light-dark\(|oklch\(|color-mix\(", styles)


def laid_out(source: str) -> list[str]:
    """The classes that a style sheet lays out by themselves, outside its media rules."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    found, depth, head, text = [], 0, "", ""
    for character in source:
        if character == "{":
            depth += 1
            head, text = (text.strip(), "") if depth == 1 else (head, text)
        elif character == "}":
            depth -= 1
            if depth == 0 and re.search(r"(?:^|;)\s*display:", text):
                found += re.findall(r"(?:^|,)\s*(\.[\w-]+)\s*(?=,|$)", head)
            text = ""
        else:
            text += character
    return found


def test_a_class_is_laid_out_once() -> None:
    # Two parts of the product once had one name: the second took the columns of the first.
    classes = laid_out((STATIC / "crm/app.css").read_text())

    assert ".pair" in classes
    assert sorted({one for one in classes if classes.count(one) > 1}) == []
