"""A pack of codes (kodeverkspakke) as a site brings it: one system in one version, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from core.errors import Invalid
from core.text import Code, Request, ShortText, storable


class CodeKind(StrEnum):
    """What a code system is for."""

    DIAGNOSIS = "diagnosis"  # diagnose
    PROCEDURE = "procedure"  # prosedyre, tiltak
    TARIFF = "tariff"  # takst


Display = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(lambda text: " ".join(text.split())),
    BeforeValidator(storable),
]
"""The words of a code; the longest of ICD-10 have 277 characters."""

DIAGNOSES: Mapping[str, str] = {
    "icpc-2": "urn:oid:2.16.578.1.12.4.1.1.7170",
    "icd-10": "urn:oid:2.16.578.1.12.4.1.1.7110",
}
"""The two that letters carry diagnoses in, with the national identity of the code system."""

_CODES = {
    "icpc-2": re.compile(r"[A-Z]\d{2}(\.\w+)?"),
    "icd-10": re.compile(r"[A-Z]\d{2}(\.?\d\w{0,2})?"),
}
_HEADINGS = {
    "icpc-2": re.compile(r"[A-Z](\.\d+)?|[A-Z*-]+[-.]?\d{2}"),  # chapters, and process codes
    "icd-10": re.compile(r"[IVX]+|[A-Z]\d{2}\s*-\s*[A-Z]\d{2}"),
}


class CodePackBroken(Invalid):
    """The file is not what it should be; `faults` says where, line by line. Nothing of it is kept."""

    code = "code-pack-broken"


@dataclass(frozen=True, slots=True)
class PackFault:
    """One thing that is wrong. `line` counts from 1; 0 is the file as a whole."""

    line: int
    problem: str
    value: str = ""


class PackHeader(Request):
    """What the file is: the system, its version, and the days it counts."""

    system: Code = Field(description="icpc-2, icd-10, or a name of the site's own such as ncmp")
    kind: CodeKind = CodeKind.DIAGNOSIS
    uri: Annotated[str, StringConstraints(pattern=r"^(urn:oid:[0-9.]{3,100}|https?://[!-~]{3,180})$")]
    version: ShortText
    valid_from: date
    valid_to: date | None = None
    source: ShortText = Field(description="who publishes it and where it was fetched")
    complete: bool = Field(True, description="False: codes that are not here may be written in own words")

    @model_validator(mode="before")
    @classmethod
    def _known_identity(cls, given: object) -> object:
        if isinstance(given, dict) and given.get("system") in DIAGNOSES and not given.get("uri"):
            return {**given, "uri": DIAGNOSES[given["system"]]}
        return given

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("ends-before-it-begins")
        if (self.kind is CodeKind.DIAGNOSIS) != (self.system in DIAGNOSES):
            raise ValueError("kind-does-not-fit-system")
        if self.uri != DIAGNOSES.get(self.system, self.uri):
            raise ValueError("uri-is-another-systems")
        return self


class PackCode(Request):
    """One code that can be chosen, its words, and the days it counts where they differ from the pack's."""

    code: Code
    display: Display
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("ends-before-it-begins")
        return self


@dataclass(frozen=True, slots=True)
class Pack:
    """A file that may be kept. `left_out` are headings and codes that were never usable."""

    header: PackHeader
    codes: tuple[PackCode, ...]
    left_out: int

    @property
    def digest(self) -> str:
        """SHA-256 of what it says, whatever the file looked like."""
        said = [self.header.model_dump(mode="json"), [each.model_dump(mode="json") for each in self.codes]]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def is_heading(system: str, code: str) -> bool:
    """Whether this is a chapter or a group such as `A`, `A.1` or `A00-A09`, or a process code of ICPC-2."""
    return not is_code(system, code) and bool(_HEADINGS[system].fullmatch(code))


def is_code(system: str, code: str) -> bool:
    """Whether a code of the two known systems looks like one; of others we know nothing."""
    return system not in _CODES or bool(_CODES[system].fullmatch(code))
