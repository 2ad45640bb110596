"""What HelseID says is believed only when every part of it holds."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from core.access.sign_in.helseid import HelseIdRefused
from integrations.helseid.id_token import HPR_NUMBER, PID, Expected, key_id, read

NOW = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY = ECKey.generate_key("P-256", {"kid": "a"}, private=True)
RSA = RSAKey.generate_key(2048, {"kid": "r"}, private=True)
STRANGER = ECKey.generate_key("P-256", {"kid": "a"}, private=True)
KEYS = KeySet([ECKey.import_key(KEY.as_dict(private=False)), RSAKey.import_key(RSA.as_dict(private=False))])
ACCESS = "access"
EXPECTED = Expected("https://helseid.test", "us", "nonce", NOW - timedelta(seconds=40), ACCESS)


def half_hash(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


CLAIMS: dict[str, Any] = {
    "iss": EXPECTED.issuer,
    "sub": "someone",
    "aud": "us",
    "iat": AT,
    "nbf": AT,
    "exp": AT + 300,
    "nonce": "nonce",
    "auth_time": AT - 5,
    "at_hash": half_hash(ACCESS),
    PID: "21838506817",
    HPR_NUMBER: "9144903",
    "helseid://claims/identity/security_level": "4",
    "helseid://claims/identity/assurance_level": "high",
}


def signed(key: Any = KEY, alg: str = "ES256", **changes: Any) -> str:
    said = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": key.kid}, said, key, algorithms=[alg])


def part(what: Any) -> str:
    return urlsafe_b64encode(json.dumps(what).encode()).rstrip(b"=").decode()


def without_signature() -> str:
    return f"{part({'alg': 'none', 'kid': 'a'})}.{part(CLAIMS)}."


def with_our_public_key_as_secret() -> str:
    said = f"{part({'alg': 'HS256', 'kid': 'a'})}.{part(CLAIMS)}"
    made = hmac.digest(KEY.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{urlsafe_b64encode(made).rstrip(b'=').decode()}"


def changed_afterwards() -> str:
    head, _, signature = signed().split(".")
    return f"{head}.{part(CLAIMS | {PID: '13878844100'})}.{signature}"


@pytest.mark.parametrize(
    ("made", "alg"), [(KEY, "ES256"), (RSA, "PS256"), (RSA, "RS256")], ids=["ES256", "PS256", "RS256"]
)
def test_a_token_of_helseid_for_us_and_this_moment_tells_who_it_is(made: Any, alg: str) -> None:
    # The hash of the access token follows the algorithm's own; all three here are SHA-256.
    shown = read(signed(made, alg), KEYS, EXPECTED, now=NOW)

    assert (shown.pid, shown.hpr_number, shown.level) == ("21838506817", "9144903", "high")
    assert key_id(shown.id_token) == made.kid


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.test"},
        {"iss": None},
        {"aud": "them"},
        {"aud": ["us", "them"], "azp": "them"},
        {"azp": "them"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": AT - 31},
        {"exp": None},
        {"exp": "soon"},
        {"iat": AT + 31},
        {"iat": None},
        {"nbf": AT + 31},
        {"sub": None},
        {"auth_time": AT - 71},
        {"auth_time": "today"},
        {"at_hash": half_hash("another")},
    ],
    ids=lambda wrong: ",".join(f"{name}={value}" for name, value in wrong.items()),
)
def test_a_token_with_one_claim_wrong_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(HelseIdRefused):
        read(signed(**wrong), KEYS, EXPECTED, now=NOW)


@pytest.mark.parametrize(
    "make",
    [
        without_signature,
        with_our_public_key_as_secret,
        changed_afterwards,
        lambda: signed(STRANGER),
        lambda: "",
        lambda: "a.b",
        lambda: "a.b.c",
        lambda: signed() + ".more",
    ],
)
def test_a_token_helseid_did_not_sign_is_refused(make: Callable[[], str]) -> None:
    with pytest.raises(HelseIdRefused):
        read(make(), KEYS, EXPECTED, now=NOW)


@pytest.mark.parametrize("given", ["", "a.b", "a.b.c", "\ud800"])
def test_what_is_no_token_names_no_key(given: str) -> None:
    with pytest.raises(HelseIdRefused):
        key_id(given)


@pytest.mark.parametrize(
    ("security", "assurance", "level"),
    [
        ("4", "high", "high"),
        ("4", None, "high"),
        (None, "High", "high"),
        (4, None, "high"),
        ("3", None, "substantial"),
        ("4", "substantial", "substantial"),
        ("3", "high", "substantial"),
        ("2", None, "low"),
        ("5", None, None),
        (None, None, None),
    ],
)
def test_of_two_levels_the_lower_counts_and_what_is_not_said_is_no_level(
    security: object, assurance: str | None, level: str | None
) -> None:
    said = {
        "helseid://claims/identity/security_level": security,
        "helseid://claims/identity/assurance_level": assurance,
    }

    assert read(signed(**said), KEYS, EXPECTED, now=NOW).level == level


@pytest.mark.parametrize("said", ["", "0000000", "12a", ["1"], "1" * 12, None, True])
def test_what_is_no_number_is_nobodys(said: object) -> None:
    shown = read(signed(**{HPR_NUMBER: said, PID: said}), KEYS, EXPECTED, now=NOW)

    assert (shown.hpr_number, shown.pid) == (None, None)
