"""The catalogue of translations: `update` takes the messages from the code, `compile` makes what Django reads.

Babel does the work of GNU gettext, which bare machines lack. Messages are Chinese (docs/decisions/0004). No line numbers
and no dates are written, so that a change in the catalogue is a change of words.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
KEYWORDS = DEFAULT_KEYWORDS | {name: None for name in ("gettext_lazy", "gettext_noop")}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%")
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {plural_forms}\n"

"""


def sources() -> Iterator[tuple[str, bytes]]:
    """Path and Python source of every file with messages: the apps' modules, and the templates in Django's rewriting."""
    for app in sorted(path.parent for path in ROOT.glob("*/apps.py")):
        for path in sorted(app.rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()
    for path in sorted(ROOT.glob("templates/**/*.[ht]*")):
        name = path.relative_to(ROOT).as_posix()
        lines = templatize(path.read_text(encoding="utf-8"), name).splitlines()
        yield name, "\n".join(line.lstrip() for line in lines).encode()  # indentation would mean something in Python


def extracted(language: str) -> Catalog:
    """All messages of the code, without translations."""
    catalogue = Catalog(locale=language)
    for name, source in sources():
        for line, message, comments, context in extract("python", BytesIO(source), KEYWORDS):
            catalogue.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return catalogue


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def update(path: Path) -> None:
    """Bring a catalogue in step with the code: exact translations stay, no guesses; say what came and what went."""
    old, new = read(path), extracted(path.parent.parent.name)
    for message in new:
        if message.id and (known := old.get(message.id, message.context)):
            message.string = known.string
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(HEADER.format(language=new.locale, plural_forms=new.plural_forms).encode())
        write_po(file, new, width=0, omit_header=True, sort_output=True, include_lineno=False)
    part.replace(path)  # at once: nobody reads half a catalogue
    for sign, messages, others in (("+", new, old), ("-", old, new)):
        for message in messages:
            if message.id and others.get(message.id, message.context) is None:
                print(sign, message.id, message.string or "")


def faults(catalogue: Catalog) -> list[str]:
    """What is wrong with the translations: missing ones, guesses, and placeholders that differ from the message's."""
    return [f"{fault}: {message.id!r}" for message in catalogue if message.id and (fault := _fault(message))]


def _fault(message: Message) -> str:
    originals, translations = (texts if message.pluralizable else [texts] for texts in (message.id, message.string))
    if not all(translations):
        return "没有译文 / not translated"
    if message.fuzzy:
        return "译文待定 / fuzzy"
    wanted = set(PLACEHOLDER.findall(" ".join(originals)))
    if any(set(PLACEHOLDER.findall(translation)) != wanted for translation in translations):
        return "占位符不一致 / placeholders differ"
    return ""


def compile_(path: Path) -> None:
    """Write the .mo beside a catalogue; a message without a translation shows in Chinese."""
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, read(path))


if __name__ == "__main__":
    if sys.argv[1:] not in (["update"], ["compile"]):
        sys.exit("usage: scripts/messages.py update | compile")
    if sys.argv[1] == "update":
        for catalogue in CATALOGUES:
            update(catalogue)
    for catalogue in CATALOGUES:
        compile_(catalogue)
    if sys.argv[1] == "update":
        sys.exit("\n".join(fault for catalogue in CATALOGUES for fault in faults(read(catalogue))) or None)
