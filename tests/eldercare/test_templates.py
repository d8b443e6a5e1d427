"""The content security policy allows nothing inline: no template may hold any."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))
INLINE = {
    "style attribute": re.compile(r"\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "event handler": re.compile(r"""\s(?:on|hx-on[:-])[\w:-]*\s*=\s*["'{]""", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc=)", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "other host": re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.I),
}


def faults(html: str) -> list[str]:
    return [name for name, pattern in INLINE.items() if pattern.search(html)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_nothing_inline(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<p style="x">', "style attribute"),
        ("<style>p {}</style>", "style element"),
        ('<p onclick="x">', "event handler"),
        ('<p hx-on:click="x">', "event handler"),
        ("<script>x</script>", "inline script"),
        ('<a href="javascript:x">', "script address"),
        ('<script src="//host/x.js"></script>', "other host"),
    ],
)
def test_each_kind_of_inline_content_is_found(html, fault):
    assert faults(html) == [fault]
