"""Every setting of an installation (innstillinger), read from the environment once and handed on.

Clinical choices (scale, target times, rooms) are data of the unit, not settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """Environment variables `LEGEVAKT_…`; `docs/settings.md` is printed from the descriptions here."""

    model_config = SettingsConfigDict(env_prefix="LEGEVAKT_", extra="ignore", frozen=True)

    database_url: str = Field(
        "sqlite+aiosqlite:///./data/legevakt.db",
        description="Where the record is kept: a SQLite file, or `postgresql+asyncpg://…`",
    )
    data_dir: Path = Field(Path("data"), description="Folder for the demonstration's own files")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on")
    modules: Annotated[tuple[Literal["journal", "integrations"], ...], NoDecode] = Field(
        ("journal", "integrations"),
        description="What runs beside the board, with commas; empty: the board alone",
    )
    environment: Literal["production", "test"] = Field(
        "production", description="`production` refuses synthetic identity numbers, `test` refuses real ones"
    )
    secure_cookies: bool = Field(
        True, description="Cookies only over HTTPS; switch off only on a closed network"
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Web origins besides our own host that may use sessions and websockets, with commas"
    )
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#]+)?$",
        description="Where patients' phones reach us, e.g. `https://tur.example`; empty: where the desk does",
    )
    session_hours: int = Field(12, ge=1, le=24, description="How long a sign-in lasts at most")
    session_idle_minutes: int = Field(
        240, ge=5, le=1440, description="How long a sign-in lasts that nobody uses"
    )
    lock_minutes: int = Field(
        10, ge=0, le=120, description="A workstation nobody touches locks itself after this; 0: never"
    )
    second_factor: Literal["optional", "required"] = Field(
        "optional", description="`required`: nobody signs in by password alone"
    )
    factor_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="At least 32 random characters that lock the secrets of authenticator apps; empty: none",
    )
    refused_passwords_file: Path | None = Field(
        None,
        description="Passwords nobody may choose, one a line; empty: only length and user name are judged",
    )
    sign_in_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#]+)?$",
        description="Where staff sign in, e.g. `https://legevakt.example`; empty: as the browser says",
    )
    language: Literal["nb", "nn", "en"] = Field("nb", description="Language of the screens")
    beat_seconds: float = Field(5.0, gt=0, le=10, description="Pause between beats to every screen")
    poll_seconds: float = Field(
        2.0, gt=0, le=10, description="The log is read this often even when no bell rings"
    )
    edi_url: str | None = Field(
        None, description="NHN EDI 2.0 message interface; empty: letters wait in the queue"
    )
    edi_version: Literal["2", "3"] = Field("2", description="Version of that interface")
    edi_scope: str = Field("", description="Scope of the message interface, as HelseID granted it")
    edi_token: SecretStr | None = Field(None, description="Bearer token instead, where there is no HelseID")
    record_url: str | None = Field(
        None, description="IHE MHD endpoint of the shared record; empty: documents wait"
    )
    record_scope: str = Field("", description="Scope of the shared record, as HelseID granted it")
    record_supersedes: bool = Field(
        True,
        description="A new version puts the old one out of use, as MHD has it; no: the service does that",
    )
    record_token: SecretStr | None = Field(
        None, description="Bearer token instead, where there is no HelseID"
    )
    helseid_url: str | None = Field(
        None, description="HelseID's issuer, e.g. `https://helseid-sts.nhn.no`; empty: bearer tokens are used"
    )
    helseid_client: str = Field("", description="Our client id in HelseID")
    helseid_keys: Annotated[tuple[Path, ...], NoDecode] = Field(
        (),
        description="Files with our private keys (JWK), the newest first, with commas; all are tried in turn",
    )
    helseid_sign_in_client: str = Field(
        "", description="Our client id in HelseID for people who sign in; empty: that way is not offered"
    )
    helseid_sign_in_keys: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="Its private keys (JWK), the newest first; empty: those of `HELSEID_KEYS`"
    )
    helseid_sign_in_level: Literal["substantial", "high"] = Field(
        "high", description="How sure HelseID must be of who it is; `high` is level 4"
    )
    flr_url: str | None = Field(
        None, description="Fastlegeregisteret (SOAP 1.1); empty: the GP is who was named at the door"
    )
    flr_wsdl: Path | None = Field(None, description="File with its WSDL, as the register hands it out")
    ar_url: str | None = Field(None, description="Adresseregisteret (SOAP 1.1), wanted with the former")
    ar_wsdl: Path | None = Field(None, description="File with its WSDL, as the register hands it out")
    register_user: str = Field("", description="User name at both registers")
    register_password: SecretStr | None = Field(None, description="Password at both registers")
    kjernejournal_url: str | None = Field(
        None, description="Kjernejournal's helseindikator (REST); empty: nobody is asked for what is critical"
    )
    kjernejournal_scope: str = Field("", description="Its scope, as HelseID granted it")
    critical_url: str | None = Field(
        None, description="FHIR R4 address of kjernejournal's critical information, wanted with the former"
    )
    critical_scope: str = Field("", description="Its scope, as HelseID granted it")
    kjernejournal_basis: Literal["HPMOTTATTSAMTYKKE", "HPAKUTT", "HPUNNTAK"] = Field(
        "HPUNNTAK", description="Why the ward may look in kjernejournal, in kjernejournal's own words"
    )
    pll_url: str | None = Field(
        None, description="SFM's FHIR address, for the medication list; empty: the patient is asked alone"
    )
    pll_scope: str = Field("", description="Its scope, as HelseID granted it")
    person_url: str | None = Field(
        None, description="Persontjenesten, version 3; empty: who somebody is, is what the ward finds out"
    )
    person_scope: str = Field("", description="Its scope, as HelseID granted it")
    person_access: Literal["full-access", "restricted-access"] = Field(
        "full-access", description="Which right the ward was granted, in Persontjenesten's own words"
    )
    clinical_token: SecretStr | None = Field(
        None, description="Bearer token for those four instead, where there is no HelseID"
    )
    lookup_seconds: float = Field(2.0, gt=0, description="How often registers are asked what is due")
    undo_seconds: float = Field(
        30.0,
        ge=0,
        le=600,
        description="So long a doctor can take a signature back, and letters wait; 0: never",
    )
    dispatch_seconds: float = Field(2.0, gt=0, description="How often the dispatcher looks for due messages")
    receipt_seconds: float = Field(60.0, gt=0, description="How often receipts are fetched")
    canary_her_id: int | None = Field(
        None,
        ge=1,
        description="HER-id of a test receiver that gets a message about nobody each hour; empty: none",
    )
    send_horizon_hours: float = Field(
        72.0, gt=0, description="How long a message is tried before a person takes over"
    )

    @field_validator("database_url")
    @classmethod
    def _async_driver(cls, url: str) -> str:
        for plain in ("postgresql+psycopg://", "postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+asyncpg://" + url.removeprefix(plain)
        if url.startswith("sqlite:///"):
            return "sqlite+aiosqlite:///" + url.removeprefix("sqlite:///")
        return url

    @field_validator("modules", "allowed_origins", "helseid_keys", "helseid_sign_in_keys", mode="before")
    @classmethod
    def _with_commas(cls, given: object) -> object:
        return (
            tuple(part.strip() for part in given.split(",") if part.strip())
            if isinstance(given, str)
            else given
        )

    @field_validator("modules")
    @classmethod
    def _forwarding_needs_journal(cls, modules: tuple[str, ...]) -> tuple[str, ...]:
        if "integrations" in modules and "journal" not in modules:
            raise ValueError("forwarding (integrations) needs the journal")
        return modules

    @model_validator(mode="after")
    def _whole_connections(self) -> Settings:
        wanted: tuple[tuple[object, tuple[str, ...]], ...] = (
            (self.helseid_url and not self.helseid_sign_in_client, ("helseid_client", "helseid_keys")),
            (self.helseid_client, ("helseid_keys",)),
            (self.helseid_sign_in_client, ("helseid_url", "sign_in_url")),
            (self.helseid_sign_in_client and not self.helseid_sign_in_keys, ("helseid_keys",)),
            (self.helseid_client and self.edi_url, ("edi_scope",)),
            (self.helseid_client and self.record_url, ("record_scope",)),
            (self.flr_url, ("flr_wsdl", "ar_url", "ar_wsdl")),
            (self.kjernejournal_url, ("critical_url",)),
            (self.helseid_url and self.kjernejournal_url, ("kjernejournal_scope", "critical_scope")),
            (self.helseid_url and self.pll_url, ("pll_scope",)),
            (self.helseid_url and self.person_url, ("person_scope",)),
        )
        for given, needed in wanted:
            missing = [name for name in needed if not getattr(self, name)]
            if given and missing:
                raise ValueError(f"also needed: {', '.join(missing)}")
        return self


def as_markdown(settings: type[Settings]) -> str:
    """The table of `docs/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Environment variables, read once at start.",
        "",
        "| Name | Default | |",
        "|---|---|---|",
    ]
    for name, field in settings.model_fields.items():
        given = ",".join(field.default) if isinstance(field.default, tuple) else field.default
        default = "" if given in (None, "") else f"`{given}`"
        lines.append(f"| `LEGEVAKT_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
