"""Read references.bib and print an entry the way a reader expects it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup, escape

from trochlea.errors import FormatError, InputError

NAME = "references.bib"

_ENTRY = re.compile(r"^@(\w+)\{([^,\s]+),", flags=re.MULTILINE)
_KEY = re.compile(r"[a-z]+(?:-[a-z0-9]+)*-(?:\d{4}|nd)(?:-[a-z0-9]+)+")
_FIELD = re.compile(r"[\s,]*(\w+)\s*=\s*(?:\{|(\d+))")
_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    '"': "\u0308",
    "^": "\u0302",
    "~": "\u0303",
    "v": "\u030c",
    "c": "\u0327",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "H": "\u030b",
    "r": "\u030a",
}
_LETTERS = {"o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "ss": "ß", "l": "ł", "L": "Ł"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One entry.

    Attributes:
        key: Citation key.
        short: First author's family name and year, for the running text.
        authors: As printed, "A B, C D and E F" or one body.
        year: Four digits, or "no year seen".
        title: Without a full stop.
        where: Journal, volume, pages; may be empty.
        link: DOI or address; may be empty.
        note: What was seen of it; may be empty.
    """

    key: str
    short: str
    authors: str
    year: str
    title: str
    where: str
    link: str
    note: str


@cache
def references() -> Mapping[str, Reference]:
    """All entries of the package's bibliography by key."""
    return parse_bibliography(files("trochlea").joinpath(NAME).read_text(encoding="utf-8"))


def cited(keys: tuple[str, ...]) -> tuple[Reference, ...]:
    """Entries for keys, once each, sorted by author and year.

    Raises:
        InputError: If a key is not in the bibliography.
    """
    known = references()
    unknown = sorted(set(keys) - set(known))
    if unknown:
        raise InputError(f"{NAME}: no entry {', '.join(unknown)}; add it with the source where it was seen")
    return tuple(sorted((known[key] for key in set(keys)), key=lambda r: (r.authors.casefold(), r.year, r.key)))


def keys_in(text: str) -> tuple[str, ...]:
    """Keys of the bibliography that a text names, in its order."""
    return tuple(key for key in _KEY.findall(text) if key in references())


def linked(text: str, numbers: Mapping[str, int]) -> Markup:
    """A text in which every key is a numbered link to its entry."""

    def link(match: re.Match[str]) -> str:
        key = match[1] or match[2]
        return f'<a href="#{key}">[{numbers[key]}]</a>' if key in numbers else match[0]

    return Markup(re.sub(rf"\(({_KEY.pattern})\)|({_KEY.pattern})", link, str(escape(text))))


def parse_bibliography(text: str, *, name: str = NAME) -> dict[str, Reference]:
    """Entries of a BibTeX text whose fields are in braces or are whole numbers.

    Raises:
        FormatError: If an entry does not close, stands twice or has no title.
    """
    entries: dict[str, Reference] = {}
    for match in _ENTRY.finditer(text):
        key, line = match[2], text.count("\n", 0, match.start()) + 1
        fields, at = {}, match.end()
        while field := _FIELD.match(text, at):
            if field[2]:
                fields[field[1].lower()], at = field[2], field.end()
                continue
            end = _closing_brace(text, field.end(), name=name, line=line)
            fields[field[1].lower()], at = _plain(text[field.end() : end]), end + 1
        if not text[at:].lstrip(" ,\n").startswith("}"):
            raise FormatError(name, line, f"entry {key} does not end in a brace; fields must be in braces")
        if key in entries:
            raise FormatError(name, line, f"entry {key} stands twice")
        if "title" not in fields:
            raise FormatError(name, line, f"entry {key} has no title")
        entries[key] = _reference(key, fields)
    return entries


def _closing_brace(text: str, start: int, *, name: str, line: int) -> int:
    """Index of the brace that closes the one before `start`."""
    depth = 1
    for i in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return i
    raise FormatError(name, line, "a brace is not closed")


def _plain(value: str) -> str:
    """BibTeX text as Unicode."""
    value = re.sub(r"\s+", " ", value.replace("---", "\u2014").replace("--", "\u2013"))
    for command, letter in _LETTERS.items():
        value = re.sub(r"\{?\\" + command + r"(?![A-Za-z])\s*(?:\{\})?\}?", letter, value)

    def accented(match: re.Match[str]) -> str:
        letter = {"\\i": "i", "\\j": "j"}.get(match[2], match[2])
        return unicodedata.normalize("NFC", letter + _ACCENTS[match[1]])

    value = re.sub(r"\\(['`\"^~=.]|[vcuHr](?=[\s{]))\s*\{?(\\[ij]|[A-Za-z])\}?", accented, value)
    value = re.sub(r"\\([&%_#$])", r"\1", value)
    return re.sub(r"[{}]", "", value).strip()


def _reference(key: str, fields: Mapping[str, str]) -> Reference:
    """An entry from its fields."""
    journal = fields.get("journal") or fields.get("booktitle") or fields.get("publisher") or ""
    volume, number = fields.get("volume", ""), fields.get("number", "")
    place = f"{volume}({number})" if volume and number else volume or number
    where = f"{journal} {place}".strip() + (f": {fields['pages']}" if "pages" in fields else "")
    doi = fields.get("doi", "")
    return Reference(
        key=key,
        short=_short(fields),
        authors=_authors(fields.get("author", "")),
        year=fields.get("year", "no year seen"),
        title=fields["title"].rstrip("."),
        where=where,
        link=f"https://doi.org/{doi}" if doi else fields.get("url", ""),
        note=fields.get("note", ""),
    )


def _short(fields: Mapping[str, str]) -> str:
    """First author's family name and year."""
    names = fields.get("author", "Authors not seen").split(" and ")
    family = names[0].partition(",")[0]
    return f"{family}{' et al.' if len(names) > 1 else ''} {fields.get('year', '(no year seen)')}"


def _authors(field: str) -> str:
    """Names with initials, at most three before "et al."."""
    names = [_author(name) for name in field.split(" and ") if name]
    if not names:
        return "Authors not seen"
    if names[-1] == "others" or len(names) > 3:
        kept = names[: min(3, len(names) - (names[-1] == "others"))]
        return ", ".join(kept) + " et al."
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _author(name: str) -> str:
    """Family name and initials."""
    family, comma, given = name.partition(",")
    if not comma:
        return name.strip()
    initials = "".join(part[0] for part in re.split(r"[\s.-]+", given) if part)
    return f"{family.strip()} {initials}"
