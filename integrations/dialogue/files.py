"""Files that come with a dialogue message (vedlegg): which are safe to open, by what they are.

What the sender says a file is only tells plain text from what looks like it. Whatever
could run or fetch something in a browser (HTML, SVG, office documents, archives) is not opened here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict, NotFound
from core.ids import Actor
from integrations.kith import safe_xml
from integrations.kith.report import attachments
from integrations.tables import DialogueMessage

Kind = Literal["application/pdf", "image/png", "image/jpeg", "text/plain"]
MOST_BYTES = 8 * 1024 * 1024
"""A scanned letter is a tenth of that; the whole message may be ten megabytes as it travels."""

_ENDINGS: dict[Kind, str] = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "text/plain": "txt",
}
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_TEXT_CONTROLS = frozenset("\t\n\r\f")


class FileNotOpened(Conflict):
    """It is not a PDF, a PNG or JPEG picture or plain text; it stands in the message as it came."""

    code = "attachment-not-opened"


class FileTooLarge(Conflict):
    """Larger than what is opened here; it stands in the message as it came."""

    code = "attachment-too-large"


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file that may be opened, under a name of ours."""

    name: str
    kind: Kind
    content: bytes


def kind_of(content: bytes, *, said: str, name: str) -> Kind | None:
    """What it is; None when it is nothing that is opened here."""
    for begins, kind in _MAGIC:
        if content.startswith(begins):
            return kind
    as_text = said.partition(";")[0].strip().lower() == "text/plain" or name.lower().endswith(".txt")
    return "text/plain" if as_text and plain_text(content) is not None else None


def plain_text(content: bytes) -> str | None:
    """The words of a text file; None when they are not only words."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if all(each.isprintable() or each in _TEXT_CONTROLS for each in text) else None
    return None


def opened(number: int, name: str, said: str, content: bytes) -> OpenedFile:
    """The file, or FileTooLarge or FileNotOpened."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // 2**20)
    kind = kind_of(content, said=said, name=name)
    if kind is None:
        raise FileNotOpened
    if kind == "text/plain":
        content = (plain_text(content) or "").encode()
    return OpenedFile(f"{_stem(name) or f'vedlegg-{number + 1}'}.{_ENDINGS[kind]}", kind, content)


def opens(name: str, said: str, content: bytes) -> bool:
    """Whether it would be opened."""
    return len(content) <= MOST_BYTES and kind_of(content, said=said, name=name) is not None


def _stem(name: str) -> str:
    """Nothing of it can be a path, end a header or pretend to be of another kind."""
    stem = name.rpartition(".")[0] or name
    kept = "".join(each if each.isalnum() or each in " -_" else "_" for each in stem)
    return kept.strip(" _")[:80]


async def file_of(
    session: AsyncSession, encounter: str, _actor: Actor, *, dialogue: str, number: int
) -> OpenedFile:
    """One file of a message about this encounter; call through `open_record`."""
    row = await session.get(DialogueMessage, dialogue)
    if row is None or row.encounter_id != encounter or row.raw is None:
        raise NotFound(dialogue=dialogue)
    files = attachments(safe_xml.parse(row.raw))
    if number >= len(files):
        raise NotFound(dialogue=dialogue)
    found = files[number]
    return opened(number, found.name, found.media_type, found.content)
