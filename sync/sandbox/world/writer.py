"""Writes changed domain objects into the two systems, as their rows."""

from __future__ import annotations

from datetime import date, datetime

from sync.sandbox.system import Row, SourceSystem

from . import rows_netsuite as ns
from . import rows_suiteprojects as spp
from . import rows_transactions as books
from .calendar import Clock
from .model import Project, Task, TimeBill, TimeEntry, Timesheet
from .model_money import Application, Charge, Document, Payment, PsaInvoice, Recognition


class Writer:
    """One method a kind of thing; each replaces the rows there were."""

    def __init__(self, netsuite: SourceSystem, suiteprojects: SourceSystem, clock: Clock) -> None:
        self._ns, self._spp, self._clock = netsuite, suiteprojects, clock

    def entry(self, it: TimeEntry) -> None:
        """A time entry."""
        self._spp.put("Task", spp.entry(it))

    def timesheet(self, it: Timesheet) -> None:
        """A timesheet."""
        self._spp.put("Timesheet", spp.timesheet(it))

    def charge(self, it: Charge) -> None:
        """A charge."""
        self._spp.put("Slip", spp.charge(it))

    def invoice(self, it: PsaInvoice) -> None:
        """An invoice of SuiteProjects Pro."""
        self._spp.put("Invoice", spp.invoice(it))

    def payment(self, it: Payment) -> None:
        """An imported payment."""
        self._spp.put("Payment", spp.payment(it))

    def recognition(self, it: Recognition) -> None:
        """Recognised revenue."""
        self._spp.put("Revenue_recognition_transaction", spp.recognition(it))

    def time_bill(self, it: TimeBill) -> None:
        """A time bill, and with it what was done on its task."""
        self._ns.put("timebill", ns.time_bill(it))
        self._task(it.entry)

    def _task(self, it: TimeEntry) -> None:
        if it.task.ns_id is not None:
            self._ns.put("projecttask", ns.project_task(it.task))

    def project(self, it: Project) -> None:
        """A project, in each system that knows it."""
        self._spp.put("Project", spp.project(it))
        if it.ns_id is not None:
            self._ns.put("job", ns.job(it))

    def task_estimate(self, it: Task) -> None:
        """The hours a task is planned at; the rest of its row stays as it was."""
        before = self._spp.tables["Projecttask"].rows[(it.id,)]
        row = {**before, "planned_hours": it.planned_hours, "updated": it.updated}
        self._spp.put("Projecttask", row)
        if it.ns_id is not None:
            self._ns.put("projecttask", ns.project_task(it))

    def bookings_after(self, it: Project, day: date) -> list[Row]:
        """The bookings of a project that go on after a day."""
        rows = self._spp.tables["Booking"].rows.values()
        return [row for row in rows if row["projectid"] == it.id and row["enddate"] > day]

    def rebook(self, row: Row, end: date, at: datetime) -> None:
        """A booking that ends on another day."""
        self._spp.put("Booking", {**row, "enddate": end, "updated": at})

    def document(self, it: Document) -> None:
        """A NetSuite transaction with its lines and links to orders."""
        self._ns.put("transaction", books.document(it, self._clock))
        for row in books.lines(it):
            self._ns.put("transactionline", row)
        for row in books.accounting_lines(it):
            self._ns.put("transactionaccountingline", row)
        if it.created == it.updated:  # links to what it was made of never change
            for row in books.origins(it):
                self._ns.put("nexttransactionlinelink", row)

    def application(self, it: Application) -> None:
        """A payment set against an invoice."""
        self._ns.put("nexttransactionlinelink", books.application(it))

    def delete_entry(self, it: TimeEntry, at: datetime) -> None:
        """A time entry and its time bill, gone."""
        self._spp.remove("Task", (it.id,), at)
        if it.bill is not None:
            self._ns.remove("timebill", (it.bill.id,), at)
            self._task(it)
