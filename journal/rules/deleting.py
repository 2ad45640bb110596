"""What can be deleted from the record by decision (hva som kan slettes). Pure.

A line of the record goes whole, with every version of it: half of it left would tell the rest. What somebody
said about it in a note is words of their own, and is asked for by itself.
"""

from __future__ import annotations

from typing import Literal

What = Literal[
    "note",
    "diagnosis",
    "correction",
    "composition",
    "conclusion",  # the words of the closing; that it was signed, and how it ended, stays
    "assessment",  # a triage assessment, with what was measured then
    "measurement",
    "order",  # and its results
    "administration",  # a dose
    "critical",  # a line of critical information, over all contacts here
    "medicine",  # a line of this contact's list, and what the closing says of it
    "dialogue",  # a message to or from the GP, and our answers that quote it
]
