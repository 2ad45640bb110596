"""What only the browser at the door can open again (forseglet): locked with the token in its cookie.

The database keeps the token's hash and the locked text; whoever steals the database opens neither.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken


class NotOurs(Exception):
    """Locked with another token, or not by us at all."""


def lock(text: str, token: str) -> str:
    """Lock a text with a token of 256 random bits."""
    return _box(token).encrypt(text.encode()).decode()


def unlock(locked: str, token: str) -> str:
    """Open it again; raises NotOurs."""
    try:
        return _box(token).decrypt(locked.encode()).decode()
    except InvalidToken as wrong:
        raise NotOurs from wrong


def _box(token: str) -> Fernet:
    # Not the hash the database keeps: that one would open it.
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"sealed\0" + token.encode()).digest()))
