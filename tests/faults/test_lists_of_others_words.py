"""Found by generated requests: lists that repeat what was written keep back what is blocked or protected."""

from __future__ import annotations

from scripts.generated.ward import BLOCKED, HIDDEN, furnish
from tests.cast import UNIT
from tests.conftest import Served


async def test_a_blocked_patients_diagnosis_in_own_words_is_not_offered_to_colleagues(served: Served) -> None:
    await furnish(served.http, served.cast)

    for path in (f"/api/units/{UNIT}/codes?search=angina", f"/api/units/{UNIT}/codes"):
        offered = await served.http.get(path, headers=served.cast.dag.headers)
        assert BLOCKED not in offered.text


async def test_a_question_to_the_gp_of_somebody_hidden_does_not_name_the_office(served: Served) -> None:
    known = await furnish(served.http, served.cast)
    where = f"/api/encounters/{known.ids['encounter'][3]}"
    asking = {"topic": "8", "subject": "Tidligere EKG", "text": "Har dere et gammelt EKG?"}
    dag = served.cast.dag.headers

    asked = await served.http.post(f"{where}/dialogue", json=asking, headers=dag)

    assert asked.status_code == 201, asked.text
    for path in (where, f"{where}/messages", f"{where}/dialogue", f"/api/units/{UNIT}/dialogue"):
        told = await served.http.get(path, headers=dag)
        assert told.is_success, told.text
        assert HIDDEN not in told.text, path
