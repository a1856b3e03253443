"""Whether the product speaks all its languages: ``python -m tests.harness.translations``.

Every ``.mo`` says what its ``.po`` says (a bare machine has no gettext to compile it), every
message has a translation that keeps its placeholders, none is only a guess (fuzzy), and, where
gettext's ``xgettext`` is there, every text of the code is in the catalogue.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("zh_Hans", "zh_Hant")
DOMAINS = ("django", "djangojs")
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")
Key = tuple[str | None, str]


def catalogue(language: str, domain: str) -> Path:
    """Where the texts of a language lie."""
    return ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def meaning(entry: polib.POEntry | polib.MOEntry) -> tuple[str, tuple[str, ...]]:
    """What a message is translated to, singular and plurals."""
    plurals = entry.msgstr_plural
    return entry.msgstr, tuple(plurals[number] for number in sorted(plurals))


def incomplete(path: Path) -> Iterator[str]:
    """What is wrong with one catalogue and its compiled twin."""
    texts = polib.pofile(str(path))
    live = [entry for entry in texts if not entry.obsolete]
    for entry in live:
        said = [text for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]
        if "fuzzy" in entry.flags:
            yield f"{path.parent.parent.name}: only guessed: {entry.msgid!r}"
        elif not entry.translated():
            yield f"{path.parent.parent.name}: no translation: {entry.msgid!r}"
        wanted = set(PLACEHOLDER.findall(entry.msgid + (entry.msgid_plural or "")))
        if any(set(PLACEHOLDER.findall(text)) - wanted for text in said):
            yield f"{path.parent.parent.name}: a placeholder of its own: {entry.msgid!r}"
        if not entry.msgid_plural and any(wanted - set(PLACEHOLDER.findall(t)) for t in said):
            yield f"{path.parent.parent.name}: a placeholder is lost: {entry.msgid!r}"
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        yield f"{compiled.relative_to(ROOT)} is missing"
        return
    spoken = {(e.msgctxt, e.msgid): meaning(e) for e in polib.mofile(str(compiled))}
    written = {(e.msgctxt, e.msgid): meaning(e) for e in live if e.translated()}
    if spoken != written:
        yield f"{compiled.relative_to(ROOT)} is not what its .po says: compile it again"


def collected(domain: str) -> set[Key]:
    """Every text of code and templates, as gettext finds them in a copy of the sources."""
    with tempfile.TemporaryDirectory(prefix="showfloor-texts-") as folder:
        copy = Path(folder)
        for name in ("crm", "followups", "visits", "complaints", "templates", "static/crm"):
            if (ROOT / name).exists():
                shutil.copytree(ROOT / name, copy / name)
        (copy / "locale").mkdir()
        command = [sys.executable, str(ROOT / "manage.py"), "makemessages", "--locale", "zh_Hans"]
        subprocess.run(
            [*command, "--domain", domain, "--no-obsolete", "--verbosity", "0"],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "crm.settings"},
            check=True,
            capture_output=True,
        )
        found = copy / "locale" / "zh_Hans" / "LC_MESSAGES" / f"{domain}.po"
        texts = polib.pofile(str(found)) if found.exists() else []
        return {(entry.msgctxt, entry.msgid) for entry in texts if not entry.obsolete}


def missing(language: str, domain: str, wanted: set[Key]) -> Iterator[str]:
    """Texts of the code that a catalogue does not know, and texts nobody uses any more."""
    path = catalogue(language, domain)
    texts = polib.pofile(str(path)) if path.exists() else []
    known = {(entry.msgctxt, entry.msgid) for entry in texts if not entry.obsolete}
    for _context, message in sorted(wanted - known, key=lambda key: key[1]):
        yield f"{language}: not in the catalogue: {message!r}"
    for _context, message in sorted(known - wanted, key=lambda key: key[1]):
        yield f"{language}: used nowhere: {message!r}"


def problems() -> Iterator[str]:
    """Everything that is wrong, a sentence each."""
    for language in LANGUAGES:
        if not catalogue(language, "django").exists():
            yield f"{catalogue(language, 'django').relative_to(ROOT)} is missing"
    for path in sorted((ROOT / "locale").rglob("*.po")):
        yield from incomplete(path)
    if shutil.which("xgettext"):
        for domain in DOMAINS:
            wanted = collected(domain)
            for language in LANGUAGES:
                yield from missing(language, domain, wanted)
    else:
        sys.stdout.write("gettext is not here: whether every text is collected was left out.\n")


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    found = list(problems())
    sys.stdout.write("".join(f"{line}\n" for line in found[:200]))
    sys.stdout.write(f"{len(found)} problems with the translations.\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
