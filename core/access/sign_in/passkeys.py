"""Passkeys (WebAuthn): a key in the machine, a phone or a token that its owner opens by finger or PIN.

The authenticator checks the person, and signs only for our own address: that is two factors in one touch, and
nothing that could be given away on a foreign page.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from core.access.sign_in import door_log
from core.access.sign_in.arrive import Arrived, Place, Policy, admit
from core.access.sign_in.factors import Added, keep
from core.access.sign_in.steps import open_step, use_step
from core.access.sign_in.tables import Factor
from core.access.tables import Staff
from core.errors import Invalid, NotSignedIn
from core.store.work import Work
from core.text import Answer


class PasskeyRefused(Invalid):
    """What the authenticator answered does not belong to this page, person or moment."""

    code = "passkey-refused"


@dataclass(frozen=True, slots=True)
class Site:
    """The address people sign in at; a passkey is worth nothing at another."""

    host: str
    origin: str


class Asked(Answer):
    """What the browser hands to the authenticator."""

    step: str
    options: dict[str, Any]


async def begin_adding(work: Work, site: Site) -> Asked:
    """Ask for a new passkey of one's own; those there already are left out."""
    staff = await work.session.get_one(Staff, work.actor.id)
    have = await work.session.execute(
        select(Factor.credential_id).where(Factor.staff_id == staff.id, Factor.kind == "passkey")
    )
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="Legevakt",
        user_id=staff.id.encode(),
        user_name=staff.username,
        user_display_name=staff.name,
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(id)) for id in have.scalars() if id
        ],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    facts = {"challenge": bytes_to_base64url(options.challenge)}
    step = await open_step(work, "new-passkey", staff.id, facts)
    return Asked(step=step, options=json.loads(options_to_json(options)))


async def add(work: Work, step: str, answer: dict[str, Any], *, name: str, site: Site) -> Added:
    """Keep the passkey that was made."""
    begun = await use_step(work, step, "new-passkey")
    if begun.staff_id != work.actor.id:
        raise PasskeyRefused
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(str(begun.facts["challenge"])),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as wrong:
        raise PasskeyRefused from wrong
    factor = Factor(
        kind="passkey",
        name=name,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        count=made.sign_count,
    )
    return await keep(work, factor)


async def begin_signing_in(work: Work, site: Site) -> Asked:
    """Ask for whichever passkey the person has; whose it is, the authenticator says."""
    options = generate_authentication_options(
        rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    step = await open_step(work, "passkey", None, {"challenge": bytes_to_base64url(options.challenge)})
    return Asked(step=step, options=json.loads(options_to_json(options)))


async def come_in_by_passkey(
    work: Work, step: str, answer: dict[str, Any], *, place: Place, policy: Policy, site: Site
) -> Arrived:
    """Our challenge signed by a key we know: in. It cannot be guessed, so it is never slowed."""
    begun = await use_step(work, step, "passkey")
    found = await work.session.execute(
        select(Factor).where(Factor.credential_id == str(answer.get("id", ""))).with_for_update()
    )
    factor = found.scalar_one_or_none()
    if factor is None:
        raise NotSignedIn
    staff = await work.session.get_one(Staff, factor.staff_id)
    try:
        shown = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(str(begun.facts["challenge"])),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(factor.public_key or ""),
            credential_current_sign_count=factor.count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as wrong:
        raise PasskeyRefused from wrong
    factor.count, factor.used_at = shown.new_sign_count, work.now
    return await admit(work, staff, place, policy=policy, method="passkey")


async def tell_refused(work: Work, place: Place) -> None:
    """Note that a passkey was refused; whose it was is not known for certain."""
    await door_log.write(work, "refused", None, method="passkey", address=place.address)
