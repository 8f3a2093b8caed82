"""One leg of the demo person for all tests of the room."""

import pytest

from trochlea.knee.person_leg import build_person_leg
from trochlea.knee.task_result import person_engine
from trochlea.person.read import demo_person


@pytest.fixture(scope="package")
def own():
    person = demo_person()
    return build_person_leg(person, person_engine(person), "right")
