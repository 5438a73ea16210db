"""Resource profiles: the skills people have, and the job roles they could fill beside their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from sync.sandbox.system import Row

from .dice import dice
from .firm import APPLICATIONS, CLOUD, DATA, MANAGED, STRATEGY
from .firm_life import Life
from .model import Person

SKILL, JOB_ROLE = "Skill", "Jobrole"
_SKILLS: dict[str, tuple[str, ...]] = {
    STRATEGY: ("Process design", "Business cases", "Workshop facilitation", "Change management"),
    DATA: ("SQL", "Python", "Data modelling", "Dashboards", "Forecasting"),
    CLOUD: ("Kubernetes", "Terraform", "Networking", "Python", "Security"),
    APPLICATIONS: ("ERP configuration", "Integration", "Data migration", "SQL", "Test management"),
    MANAGED: ("Service management", "Monitoring", "SQL", "Security"),
}
_LADDER = ("Analyst", "Consultant", "Senior Consultant", "Manager", "Principal")
_FIRST_TYPE, _FIRST = 501, 31_001


def skills(life: Life) -> Iterator[tuple[str, Iterable[Row]]]:
    """Resourceprofile_type and Resourceprofile."""
    names = sorted({name for several in _SKILLS.values() for name in several})
    kinds = {(SKILL, name): _FIRST_TYPE + n for n, name in enumerate(names)}
    kinds |= {(JOB_ROLE, name): _FIRST_TYPE + len(names) + n for n, name in enumerate(_LADDER)}
    stamp = life.clock.at(life.clock.start, 7)
    yield (
        "Resourceprofile_type",
        [
            {
                "id": id_, "name": name, "type": kind, "active": True, "related_table": None, "relatedid": None,
                "attribute_set_id": None, "externalid": None, "created": stamp, "updated": stamp,
            }
            for (kind, name), id_ in kinds.items()
        ],
    )  # fmt: skip
    random, ids = dice(life.seed, "skills"), count(_FIRST)

    def known(person: Person) -> Iterator[tuple[str, str]]:
        offered = _SKILLS[person.department.name]
        yield from ((SKILL, name) for name in random.sample(offered, random.randint(1, 3)))
        place = _LADDER.index(person.role.name)
        if place and random.random() < 0.5:  # whoever has done it can do it
            yield JOB_ROLE, _LADDER[place - 1]
        if place < len(_LADDER) - 1 and random.random() < 0.15:  # about to be promoted
            yield JOB_ROLE, _LADDER[place + 1]

    rows = []
    for person in life.people.consultants():
        if person.role.name in _LADDER:
            at = life.clock.at(max(person.hired, life.clock.start), 10)
            rows += [
                {
                    "id": next(ids), "name": None, "type": kind, "userid": person.id,
                    "resourceprofile_typeid": kinds[kind, name], "attributeid": None, "comment": None,
                    "externalid": None, "created": at, "updated": at,
                }
                for kind, name in known(person)
            ]  # fmt: skip
    yield "Resourceprofile", rows
