"""Who may ask to read a record (innsyn), and from whom something can be kept. Pure.

Pasient- og brukerrettighetsloven § 5-1: the patient, with few exceptions; a representative may read what is
kept from the patient, unless unfit; the nearest relative after death. § 3-4: what parents are told.
"""

from __future__ import annotations

from typing import Literal, get_args

AskedBy = Literal["patient", "guardian", "representative", "bereaved"]
"""The patient; parents or guardians (foresatte); a representative (fullmakt, verge); nearest relatives after
death (nærmeste pårørende)."""

WHO: tuple[str, ...] = get_args(AskedBy)
