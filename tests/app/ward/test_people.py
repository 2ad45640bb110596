from datetime import date
from itertools import islice
from random import Random

from app.ward.evening import evening
from app.ward.people import GPS, person, unknown_person
from app.ward.registers import persons
from core.patients.national_id import parse
from triage.rules.age import age_months

TODAY = date(2026, 3, 14)


def test_everybody_is_synthetic_and_born_when_their_number_says() -> None:
    for seed in range(300):
        somebody = person(Random(seed), ages=(0, 95), sex=None, today=TODAY)

        number = parse(somebody.national_id or "", environment="test")
        assert number.series == "tenor"
        assert number.birth_date_hint == somebody.birth_date
        assert somebody.called == f"{somebody.given} {somebody.family}"


def test_people_have_the_age_and_sex_their_case_asks_for() -> None:
    for seed in range(300):
        somebody = person(Random(seed), ages=(3, 11), sex="female", today=TODAY)

        months = age_months(somebody.birth_date, TODAY)
        assert months is not None
        assert 36 <= months < 144
        assert somebody.sex == "female"


def test_names_come_from_several_languages_as_they_do_in_norway() -> None:
    families = {person(Random(seed), ages=(20, 80), sex="male", today=TODAY).family for seed in range(600)}

    assert {"Hansen", "Somby", "Kowalski", "Khan", "Warsame"} <= families


def test_some_people_have_no_gp_and_most_have() -> None:
    gps = [person(Random(seed), ages=(20, 80), sex=None, today=TODAY).gp for seed in range(300)]

    assert 5 < gps.count(None) < 60


def test_nobody_knows_who_an_unknown_patient_is() -> None:
    somebody = unknown_person(Random(1))

    assert somebody.called.startswith("Ukjent")
    assert (somebody.given, somebody.birth_date, somebody.national_id, somebody.gp) == (
        None,
        None,
        None,
        None,
    )


def test_gps_have_addresses_of_the_range_for_demonstration() -> None:
    assert [gp["her_id"] for gp in GPS] == list(range(8090101, 8090101 + len(GPS)))
    assert {gp["office_her_id"] for gp in GPS} == {8090001, 8090002, 8090003}


def test_the_person_register_knows_those_who_come_and_not_all_of_them_by_the_same_name() -> None:
    came = [step.body for step in islice(evening(7, TODAY), 400) if step.kind == "arrive"]

    register = persons(evening(7, TODAY))

    said = {body["national_id"]: body["family"] for body in came if "national_id" in body}
    assert said.keys() <= register.people.keys()
    assert any(register.people[number].family != family for number, family in said.items())
    assert any(each.protection == "Confidential" for each in register.people.values())
