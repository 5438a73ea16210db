"""Live events around time: hours logged, timesheets approved, old entries corrected or deleted."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from . import export
from .calendar import end_of, monday, month_of, month_text, start_of
from .contracts import bill_rate
from .discrepancies import LATE_TIME
from .firm_life import Life
from .model import CAPPED, PERCENT, TM, ZERO, Person, Project, TimeEntry, Timesheet
from .model_money import Charge, Discrepancy, Recognition
from .writer import Writer

_RECENT = timedelta(days=75)
_HALF = Decimal("0.5")


class LiveTime:
    """Events that start with somebody's hours."""

    def __init__(self, life: Life, writer: Writer) -> None:
        self._life, self._writer = life, writer
        since = life.clock.today - _RECENT
        self._by_sheet: dict[Timesheet, list[TimeEntry]] = defaultdict(list)
        self._last: dict[Person, TimeEntry] = {}
        self._sheets: dict[tuple[Person, date], Timesheet] = {}
        for sheet in life.timesheets:
            if sheet.start >= since:
                self._sheets[sheet.person, sheet.start] = sheet
        for entry in life.entries:
            if entry.day >= since:
                self._by_sheet[entry.timesheet].append(entry)
                if entry.project.is_client:
                    self._last[entry.person] = entry
        self._recognised: dict[Project, Decimal] = defaultdict(Decimal)
        for it in life.recognitions:
            if it.type not in ("E", "P"):
                self._recognised[it.project] += it.amount

    def log_time(self, random: Random, day: date, at: datetime) -> list[str]:
        """People write down today's hours."""
        idle = [
            (person, last)
            for person, last in self._last.items()
            if not (person.released and person.released < day)
            and last.project.finish >= day
            and not self._has_logged(person, day)
        ]
        told = []
        for person, last in random.sample(idle, min(len(idle), random.randint(3, 6))):
            hours = person.week[day.weekday()] or Decimal(4)
            entry = self._enter(last, day, hours, at)
            self._writer.entry(entry)
            self._total(entry.timesheet, at)
            told.append(f"{person.name} logged {hours} h on {last.project.code}")
        return told

    def approve(self, random: Random, day: date, at: datetime) -> list[str]:
        """Managers approve timesheets; hours, revenue and cost reach NetSuite."""
        waiting = [s for s in self._by_sheet if s.status == "S" and s.end < day]
        if not waiting:
            waiting = [s for s in self._by_sheet if s.status == "O" and s.end < day]
        told = []
        for sheet in random.sample(waiting, min(len(waiting), 3)):
            sheet.status, sheet.approved, sheet.updated = "A", day, at
            sheet.submitted = sheet.submitted or day
            self._writer.timesheet(sheet)
            self._book(self._by_sheet[sheet], day, at)
            told.append(f"{sheet.person.name}'s timesheet of {sheet.start} was approved")
        return told

    def late_entry(self, random: Random, day: date, at: datetime) -> list[str]:
        """Hours of the last closed month turn up; the books take them in the open month."""
        month = self._life.clock.closed
        able = [
            e
            for sheet, entries in self._by_sheet.items()
            if sheet.status in ("A", "X")
            for e in entries
            if month_of(e.day) == month and e.billable and e.project.contract_type == TM
            and e.project.ns_id is not None and e.accounting_day is None
        ]  # fmt: skip
        if not able:
            return []
        like = random.choice(able)
        entry = self._enter(like, like.day, Decimal(random.choice(("1.5", "2", "2.5", "3"))), at)
        entry.accounting_day = max(day, start_of(month + 1))
        self._total(entry.timesheet, at)
        self._book([entry], day, at)
        text = f"{entry.person.name} entered {entry.hours} h of {entry.day} after the close"
        bills = (entry.bill.id,) if entry.bill else ()
        self._life.discrepancies.append(
            Discrepancy(LATE_TIME, f"{text}.", bills, (entry.id,), entry.hours, month_text(month))
        )
        return [text]

    def correct(self, random: Random, day: date, at: datetime) -> list[str]:
        """An approved entry was half an hour too long."""
        entry = self._fixed_price_entry(random)
        if entry is None or entry.bill is None:
            return []
        entry.hours -= _HALF
        entry.bill.hours = entry.hours
        entry.task.billed_hours -= _HALF
        entry.updated = entry.bill.updated = entry.task.billed_at = at
        self._writer.entry(entry)
        self._writer.time_bill(entry.bill)
        self._total(entry.timesheet, at, -_HALF)
        self._labor(
            {entry.project: -_HALF * entry.person.cost_on(entry.day)}, entry.booked_on, day, at
        )
        return [f"{entry.person.name}'s hours of {entry.day} were corrected to {entry.hours}"]

    def delete(self, random: Random, day: date, at: datetime) -> list[str]:
        """An entry was a duplicate and is deleted in both systems."""
        entry = self._fixed_price_entry(random)
        if entry is None:
            return []
        if entry.bill is not None:
            entry.task.billed_hours -= entry.bill.hours
            entry.task.billed_at = at
        self._writer.delete_entry(entry, at)
        self._life.entries.remove(entry)
        self._by_sheet[entry.timesheet].remove(entry)
        if entry.bill is not None:
            self._life.bills.remove(entry.bill)
        self._total(entry.timesheet, at, -entry.hours)
        self._labor({entry.project: -entry.cost}, entry.booked_on, day, at)
        return [f"{entry.person.name}'s {entry.hours} h of {entry.day} were deleted"]

    def _fixed_price_entry(self, random: Random) -> TimeEntry | None:
        """An approved entry whose hours decide cost and utilisation, and no revenue."""
        running = month_of(self._life.as_of)
        able = [
            e
            for entries in self._by_sheet.values()
            for e in entries
            if month_of(e.booked_on) >= running - 1
            and month_of(e.booked_on) > self._life.clock.closed
            and e.approved and e.bill is not None and e.hours > 1
            and not e.project.bills_time and e.project.contract_type != PERCENT
        ]  # fmt: skip
        return random.choice(able) if able else None

    def _has_logged(self, person: Person, day: date) -> bool:
        sheet = self._sheets.get((person, monday(day)))
        return sheet is not None and (
            sheet.status != "O" or any(e.day == day for e in self._by_sheet[sheet])
        )

    def _sheet(self, person: Person, day: date, at: datetime) -> Timesheet:
        week = monday(day)
        if (person, week) not in self._sheets:
            end = week + timedelta(days=6)
            sheet = Timesheet(
                self._life.ids.take("timesheet"), person, week, end, "O", None, None, ZERO, at, at
            )
            self._sheets[person, week] = sheet
            self._life.timesheets.append(sheet)
        return self._sheets[person, week]

    def _enter(self, like: TimeEntry, day: date, hours: Decimal, at: datetime) -> TimeEntry:
        sheet = self._sheet(like.person, day, at)
        entry = TimeEntry(
            self._life.ids.take("entry"), like.person, like.project, like.task, sheet, day, hours,
            None, at, at,
        )  # fmt: skip
        self._by_sheet[sheet].append(entry)
        self._life.entries.append(entry)
        return entry

    def _total(self, sheet: Timesheet, at: datetime, change: Decimal = ZERO) -> None:
        there = self._by_sheet[sheet]
        sheet.total = sheet.total + change if change else sum((e.hours for e in there), ZERO)
        sheet.updated = at
        self._writer.timesheet(sheet)

    def _book(self, entries: list[TimeEntry], day: date, at: datetime) -> None:
        """Export approved entries: time bills, revenue, charges, labour cost."""
        clock = self._life.clock
        costs: dict[tuple[Project, int], Decimal] = defaultdict(Decimal)
        for entry in entries:
            entry.updated = at
            if entry.project.is_client and month_of(entry.booked_on) <= clock.closed:
                entry.accounting_day = max(day, start_of(clock.closed + 1))
            if entry.project.is_client:
                if entry.project.ns_id is not None and entry.bill is None:
                    bill = export.export_time(clock, self._life.ids, entry, at)
                    self._life.bills.append(bill)
                    self._writer.time_bill(bill)
                    costs[entry.project, month_of(entry.booked_on)] += entry.cost
                if entry.billable:
                    self._earn(entry, day, at)
            self._writer.entry(entry)
        for (project, month), cost in costs.items():
            self._labor({project: cost}, min(end_of(month), day), day, at)

    def _earn(self, entry: TimeEntry, day: date, at: datetime) -> None:
        """Revenue and charge of an entry on a contract that pays by the hour."""
        life, project = self._life, entry.project
        if not project.bills_time:
            return
        rate = bill_rate(project, entry.person, life.clock.start.year)
        amount = entry.hours * rate
        if project.contract_type == CAPPED:
            amount = min(amount, max(ZERO, project.value - self._recognised[project]))
        if not amount:
            return
        self._recognised[project] += amount
        on = min(end_of(month_of(entry.booked_on)), max(day, entry.booked_on))
        it = Recognition(
            life.ids.take("recognition"),
            project,
            on,
            "T",
            amount,
            at,
            at,
            entry.person,
            entry.hours,
            rate,
        )
        life.recognitions.append(it)
        if project.ns_id is not None:
            self._writer.document(export.export_revenue(life.ledger, project, on, [it], at))
        self._writer.recognition(it)
        charge = Charge(
            life.ids.take("charge"), "T", entry.day, project, amount,
            f"{entry.person.name}, {entry.day:%d %b %Y}", at, at, entry.person, entry.task,
            entry.hours, rate, Decimal(1), entry.accounting_day,
        )  # fmt: skip
        life.charges.append(charge)
        entry.charge = charge
        self._writer.charge(charge)

    def _labor(self, costs: dict[Project, Decimal], booked: date, day: date, at: datetime) -> None:
        on = min(end_of(month_of(booked)), max(day, booked))
        for project in costs:
            document = export.export_labor(self._life.ledger, project.subsidiary, on, costs, at)
            self._writer.document(document)
