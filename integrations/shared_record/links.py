"""The identities inside one sharing: all follow from the message id, so that a retry is the same document."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from integrations.shared_record.codes import Tree


@dataclass(frozen=True, slots=True)
class Links:
    """Names of the parts of one message, e.g. `of("patient")`."""

    message_id: str

    def of(self, part: str) -> str:
        """The address of a part inside the bundle (`urn:uuid:…`)."""
        return f"urn:uuid:{self.id(part)}"

    def id(self, part: str) -> str:
        """The same without `urn:uuid:`."""
        return str(uuid5(NAMESPACE_URL, f"urn:uuid:{self.message_id}#{part}"))

    def to(self, part: str) -> Tree:
        """A reference to a part."""
        return {"reference": self.of(part)}
