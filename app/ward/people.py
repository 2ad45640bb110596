"""Invented people (oppdiktede personer): names as they are common in Norway, synthetic numbers, a few GPs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Literal

from core.patients.national_id import synthetic

Sex = Literal["female", "male"]
_SEXES: tuple[Sex, Sex] = ("female", "male")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class _Names:
    weight: int
    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]
    family_female: tuple[str, ...] = ()  # where the family name has a form for women


_NAMES = (
    _Names(
        72,
        _words(
            "Ingrid Kari Anne Marit Solveig Bjørg Astrid Liv Randi Hilde Silje Ida Emma Nora Sofie Thea "
            "Amalie Maja Ella Frida Camilla Tone Gunn Åse Turid Synne Vilde Tuva Hedda Oda Berit Elin"
        ),
        _words(
            "Olav Per Jan Arne Kjell Tor Odd Leif Magnus Jonas Lars Henrik Emil Noah Jakob Oskar Filip "
            "Sander Mathias Eirik Sindre Øyvind Håkon Geir Terje Ådne Trygve Vegard Sverre Even"
        ),
        _words(
            "Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Berg Haugen Hagen Solheim "
            "Solvang Bakken Strand Lunde Moen Aas Dahl Eide Rønning Sæther Ødegård Myhre Lie Vik Fjeld "
            "Tangen Nygård Brekke Kvåle Bøe Hovland Røed"
        ),
    ),
    _Names(
        4,
        ("Elle Márjá", "Sárá", "Máret", "Risten", "Biret", "Inga"),
        ("Áilu", "Nils Ánte", "Mihkkal", "Ánde", "Jovnna", "Piera"),
        ("Eira", "Somby", "Utsi", "Gaup", "Sara", "Hætta", "Bær", "Buljo"),
    ),
    _Names(
        8,
        ("Agnieszka", "Katarzyna", "Magdalena", "Joanna", "Zofia", "Hanna"),
        ("Piotr", "Krzysztof", "Tomasz", "Łukasz", "Marek", "Jakub"),
        ("Kowalski", "Wiśniewski", "Zieliński", "Kamiński", "Nowak"),
        ("Kowalska", "Wiśniewska", "Zielińska", "Kamińska", "Nowak"),
    ),
    _Names(
        8,
        ("Amina", "Fatima", "Ayesha", "Saima", "Zainab", "Iqra"),
        ("Ali", "Imran", "Bilal", "Hamza", "Usman", "Tariq"),
        ("Khan", "Hussain", "Ahmed", "Malik", "Butt", "Akhtar"),
    ),
    _Names(
        8,
        ("Hodan", "Ifrah", "Sahra", "Ayaan", "Fadumo", "Hibo"),
        ("Abdi", "Mohamed", "Ismail", "Yusuf", "Liban", "Guled"),
        ("Warsame", "Farah", "Abdullahi", "Jama", "Hassan", "Nur"),
    ),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. Without number and birth date: nobody knows yet who it is."""

    called: str
    given: str | None
    family: str | None
    sex: Sex
    birth_date: date | None
    national_id: str | None
    interpreter: bool  # speaks through one (tolk)
    gp: dict[str, Any] | None


GPS: tuple[dict[str, Any], ...] = tuple(
    {
        "name": name,
        "her_id": 8090101 + number,
        "hpr_number": str(9900101 + number),
        "office_name": office,
        "office_her_id": 8090001 + number // 2,
    }
    for number, (name, office) in enumerate(
        (
            ("Gro Fastland", "Nordvik legesenter"),
            ("Anders Helle", "Nordvik legesenter"),
            ("Maryam Siddiqui", "Fjordgata legekontor"),
            ("Torunn Elvestad", "Fjordgata legekontor"),
            ("Niillas Bær", "Sundet legegruppe"),
            ("Kamilla Wold", "Sundet legegruppe"),
        )
    )
)
"""Invented GPs, two to an office."""


def person(random: Random, *, ages: tuple[int, int], sex: Sex | None, today: date) -> Person:
    """Somebody between these ages in whole years; about one in fifteen has no GP."""
    names = random.choices(_NAMES, weights=[each.weight for each in _NAMES])[0]
    chosen = random.choice(_SEXES) if sex is None else sex
    born = _birth_date(random, ages, today)
    given = random.choice(names.female if chosen == "female" else names.male)
    family = random.choice((chosen == "female" and names.family_female) or names.family)
    return Person(
        called=f"{given} {family}",
        given=given,
        family=family,
        sex=chosen,
        birth_date=born,
        national_id=synthetic(random, born),
        interpreter=names is not _NAMES[0] and random.random() < 0.25,
        gp=None if random.random() < 0.07 else random.choice(GPS),
    )


def unknown_person(random: Random) -> Person:
    """Somebody nobody can name yet (ukjent), as brought in by ambulance or police."""
    sex: Sex = random.choice(_SEXES)
    words = {
        "male": ("Ukjent mann, rød jakke", "Ukjent mann, ca. 40 år"),
        "female": ("Ukjent kvinne, grå kåpe", "Ukjent kvinne, ca. 30 år"),
    }
    return Person(random.choice(words[sex]), None, None, sex, None, None, False, None)


def _birth_date(random: Random, ages: tuple[int, int], today: date) -> date:
    youngest, oldest = ages
    latest = today - timedelta(days=round(youngest * 365.25) + 20)
    return latest - timedelta(days=random.randint(0, max(1, round((oldest - youngest) * 365.25) - 20)))
