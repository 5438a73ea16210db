"""SuiteProjects Pro's lists: cost centres, schedules, types, services, vendors, hierarchies, currencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from sync.sandbox.system import Row

from . import psa_links as links
from .calendar import start_of
from .firm import BILL_LEVEL, COST_LEVEL, ITEMS, STAGES
from .firm_life import Life
from .model import Person
from .names import EXPENSES
from .people import FULL_WEEK
from .psa_links import cost_center
from .rates import CURRENCIES, ONE, ROOT

HARD, SOFT, INTERNAL = 1, 2, 3
_EIGHT = Decimal("0.00000001")
_BOUGHT = ("NonInvtPart", "InvtPart")
_PRACTICES, _ORGANISATION, _REGIONS = 1, 2, 3


def lists(life: Life, made: datetime) -> Iterator[tuple[str, Iterable[Row]]]:
    """Each small list with its rows."""
    stamps = {"created": made, "updated": made}
    for table, rows in _rows(life).items():
        yield table, [{**row, **stamps} for row in rows]
    yield "Currencyrate", _rates(life)


def _rows(life: Life) -> dict[str, Iterable[Row]]:
    return {
        "Jobcode": (
            {"id": r.id, "name": r.name, "loaded_cost": r.cost, "currency": ROOT, "active": True}
            for r in life.roles.values()
        ),
        "Department": _departments(life),
        "Projectstage": (
            {
                "id": i, "name": name, "position": i, "enable_utilization": i != 1,
                "enable_billing": i in (2, 3), "enable_recognition": i in (2, 3),
            }
            for i, name in STAGES.items()
        ),
        "Slipstage": (
            {"id": i, "name": name, "position": i, "exclude_from_invoicing": False}
            for i, name in ((1, "Open"), (2, "Billed"))
        ),
        "Scheduleexception": _holidays(life),
        "Costcenter": _cost_centers(life),
        "Workschedule": _schedules(life),
        "Timetype": (
            {"id": i, "name": name, "code": code, "payroll_code": pay, "active": True}
            for i, name, code, pay in (
                (links.PROJECT_TIME, "Project time", "PRJ", "100"),
                (links.INTERNAL_TIME, "Internal time", "INT", "100"),
                (links.VACATION, "Vacation", "VAC", "200"),
                (links.SICKNESS, "Sickness", "SICK", "210"),
            )
        ),
        "BookingType": (
            {"id": i, "name": name, "priority": priority, "active": True, "notes": None}
            for i, name, priority in ((HARD, "Hard", 1), (SOFT, "Soft", 5), (INTERNAL, "Internal", 7))
        ),
        "Category": _services(),
        "Item": (
            {
                "id": links.EXPENSE_ITEMS[what], "name": what, "code": what.upper()[:4].strip(), "type": "R",
                "cost": None, "currency": ROOT, "active": True, "taxable": True, "externalid": None,
            }
            for what, _, _ in EXPENSES
        ),
        "Vendor": _vendors(life),
        "Product": _products(),
        "Hierarchy": (
            {"id": i, "name": name, "type": kind, "active": True, "externalid": None, "notes": None}
            for i, name, kind in (
                (_PRACTICES, "Practices", "project"),
                (_ORGANISATION, "Organisation", "user"),
                (_REGIONS, "Regions", "customer"),
            )
        ),
        "HierarchyNode": _nodes(life),
        "Currency": (
            {"id": symbol, "symbol": symbol, "rate": _units(life, symbol, life.clock.running)}
            for symbol in CURRENCIES
        ),
    }  # fmt: skip


def vendor_ids(life: Life) -> dict[int, int]:
    """SuiteProjects Pro's id of a vendor, by NetSuite's."""
    everyone = (vendor for there in life.costs.vendors.values() for vendor in there)
    return {vendor.ns_id: 601 + place for place, vendor in enumerate(everyone)}


def practice_node(psa_id: int) -> int:
    """The node of a practice, where its projects hang."""
    return 100 + psa_id


def team_node(person: Person) -> int:
    """The node of a department of a subsidiary, where its people hang."""
    return cost_center(person.subsidiary, person.department)


def region_node(subsidiary_id: int) -> int:
    """The node of a subsidiary, where its customers hang."""
    return 300 + subsidiary_id


def full_week(person: Person) -> tuple[Decimal, ...]:
    """The hours of a full week where the person works."""
    return tuple(Decimal(str(h)) for h in (*FULL_WEEK[person.subsidiary.country], 0, 0))


def week_text(week: Iterable[Decimal]) -> str:
    """The hours of Monday to Sunday, as the vendor joins them."""
    return "|".join(format(hours.normalize(), "f") if hours else "0" for hours in week)


def _departments(life: Life) -> Iterator[Row]:
    heads = {name: team[0] for (_, name), team in reversed(life.people.teams.items())}
    for it in life.departments.values():
        yield {
            "id": it.psa_id,
            "name": it.name,
            "externalid": str(it.id),
            "userid": heads[it.name].id,
        }


def _holidays(life: Life) -> Iterator[Row]:
    """Public holidays, as exceptions of each subsidiary's schedule."""
    for subsidiary in life.subsidiaries.values():
        for day, name in subsidiary.holidays.items():
            yield {
                "id": life.ids.take("exception"), "userid": None,
                "workscheduleid": subsidiary.schedule_id, "name": name, "startdate": day,
                "enddate": day, "workhours": 0, "exception_type": "H", "timetypeid": None,
                "schedule_request_itemid": None,
            }  # fmt: skip


def _cost_centers(life: Life) -> Iterator[Row]:
    for country, name in life.people.teams:
        subsidiary, department = life.subsidiaries[country], life.departments[name]
        yield {
            "id": cost_center(subsidiary, department), "name": f"{name}, {country}",
            "code": f"{country}-{department.id}", "active": True, "externalid": None, "notes": None,
        }  # fmt: skip


def _schedules(life: Life) -> Iterator[Row]:
    """The week of each subsidiary, and the own week of everyone who works another one."""
    for country, it in life.subsidiaries.items():
        week = [Decimal(str(hours)) for hours in (*FULL_WEEK[country], 0, 0)]
        yield _schedule(it.schedule_id, f"{country}, full time", None, week)
    for person in life.people.everyone:
        if person.week != full_week(person):
            yield _schedule(1000 + person.id, f"{person.name}, part time", person.id, person.week)


def _schedule(id_: int, name: str, user: int | None, week: Iterable[Decimal]) -> Row:
    week = list(week)
    worked = "|".join("1" if hours else "0" for hours in week)
    return {
        "id": id_,
        "name": name,
        "userid": user,
        "workdays": worked,
        "workhours": week_text(week),
    }


def _services() -> Iterator[Row]:
    for id_, item in sorted(set(links.SERVICES.values())):
        it = ITEMS[item]
        yield {
            "id": id_, "name": it.name, "code": it.code, "active": True, "taxable": True, "rate": None,
            "fixed_fee": None, "currency": ROOT, "cost_centerid": None, "externalid": str(item),
        }  # fmt: skip


def _vendors(life: Life) -> Iterator[Row]:
    ids = vendor_ids(life)
    for there in life.costs.vendors.values():
        for it in there:
            yield {
                "id": ids[it.ns_id], "name": it.name, "code": f"V{ids[it.ns_id]}",
                "currency": it.subsidiary.currency, "terms": "Net 30", "active": True,
                "externalid": str(it.ns_id), "netsuite_vendor_id__c": it.ns_id,
            }  # fmt: skip


def _products() -> Iterator[Row]:
    bought = [
        (it.id, it.code, it.name, Decimal(it.price)) for it in ITEMS.values() if it.type in _BOUGHT
    ]
    for id_, code, name, cost in [(links.SPECIALIST, "SPEC", "Specialist support", None), *bought]:
        yield {
            "id": id_, "name": name, "code": code, "um": "each", "currency": ROOT,
            "standard_cost": cost, "vendor_id": None, "active": True, "taxable": True,
            "externalid": None if id_ == links.SPECIALIST else str(id_),
        }  # fmt: skip


def _nodes(life: Life) -> Iterator[Row]:
    for it in life.departments.values():
        if it.delivery:
            yield _node(practice_node(it.psa_id), _PRACTICES, None, it.name, str(it.id))
    for company in life.subsidiaries.values():
        there = str(company.id)
        yield _node(200 + company.id, _ORGANISATION, None, company.name, there)
        yield _node(region_node(company.id), _REGIONS, None, company.name, there)
    for country, name in life.people.teams:
        subsidiary, department = life.subsidiaries[country], life.departments[name]
        yield _node(
            cost_center(subsidiary, department), _ORGANISATION, 200 + subsidiary.id, name,
            str(department.id),
        )  # fmt: skip


def _node(id_: int, hierarchy: int, parent: int | None, name: str, external: str) -> Row:
    return {
        "id": id_, "hierarchyid": hierarchy, "parentid": parent, "levelid": None, "name": name,
        "isalevel": False, "isanode": True, "recordid": None, "externalid": external,
    }  # fmt: skip


def _units(life: Life, symbol: str, month: int) -> Decimal:
    """What one unit of the account's base currency buys."""
    return (ONE / life.rates.monthly(symbol, ROOT, month)).quantize(_EIGHT)


def _rates(life: Life) -> Iterator[Row]:
    """The rates in force from the first of each month. The vendor gives them no id."""
    for month in life.clock.months():
        day = start_of(month)
        for symbol, (_, name) in CURRENCIES.items():
            if symbol != ROOT:
                yield {
                    "id": f"{day.isoformat()}|{symbol}", "csymbol": symbol, "cname": name, "date": day,
                    "crate": _units(life, symbol, month), "type": None,
                }  # fmt: skip


def list_rate(person: Person) -> Decimal:
    """What an hour of a person is listed at, in the subsidiary's currency, in the first year."""
    level = Decimal(repr(BILL_LEVEL[person.subsidiary.currency]))
    return (person.role.bill * level).quantize(ONE)


def usual_cost(person: Person) -> Decimal:
    """What an hour of a person's role costs where they work, in the first year."""
    return person.role.cost * Decimal(repr(COST_LEVEL[person.subsidiary.currency]))
