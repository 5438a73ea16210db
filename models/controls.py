"""The reconciliation controls of the catalogue: what each holds against what, and how far apart it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from .texts import Text


class Counted(StrEnum):
    """What the two amounts of a check are."""

    MONEY = "money"
    HOURS = "hours"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control; its checks are the rows of `fct_control` that bear its `key`.

    Attributes:
        key: as the catalogue calls it, RC-01.
        title: what is reconciled, in a few words.
        check: what one check is, and when it holds.
        checked, against: what its two amounts are, each with the system that tells it.
        needs: what must be mirrored for it to be run at all.
        counted: what the amounts are; of hours and counts nothing is at stake in money.
        is_of_today: its checks are of the running month alone, as of today.
        sides: the number and side whose rows stand behind `checked`, and those behind `against`.
    """

    key: str
    title: Text
    check: Text
    checked: Text
    against: Text
    needs: Text
    counted: Counted = Counted.MONEY
    is_of_today: bool = False
    sides: tuple[tuple[str, str] | None, tuple[str, str] | None] = (None, None)


_ALL = (
    Control(
        key="RC-01",
        title="Invoices of both systems",
        check="An invoice or credit in its own currency, net of tax, to the cent; one that is not exported yet does not hold.",
        checked="SuiteProjects Pro: approved invoices",
        against="NetSuite: invoices and credit memos",
        needs="invoices of a project in either system",
        sides=(("invoiced_revenue", "psa"), ("invoiced_revenue", "erp")),
    ),
    Control(
        key="RC-02",
        title="Revenue of each project",
        check="A project in a month, within 0.5 % or 100.",
        checked="SuiteProjects Pro: recognised revenue",
        against="NetSuite: posted income",
        needs="recognised revenue, or income posted on a project",
        sides=(("recognized_revenue", "psa"), ("recognized_revenue", "erp")),
    ),
    Control(
        key="RC-03",
        title="Hours and what is charged for them",
        check="The time charges of a project in a month: each bears the hours of its time entries.",
        checked="SuiteProjects Pro: hours of the time entries",
        against="SuiteProjects Pro: hours charged",
        needs="time charges",
        counted=Counted.HOURS,
    ),
    Control(
        key="RC-05",
        title="Unbilled work of each project",
        check="A project at the end of a month, within 1 % or 500.",
        checked="SuiteProjects Pro: recognised and not invoiced",
        against="NetSuite: its accounts of unbilled and deferred revenue",
        needs="postings of a project on accounts of unbilled or deferred revenue",
        sides=(("unbilled_receivable", "psa"), None),
    ),
    Control(
        key="RC-06",
        title="Deferred revenue of each project",
        check="A project at the end of a month, within 1 % or 500.",
        checked="SuiteProjects Pro: invoiced and not recognised",
        against="NetSuite: its accounts of unbilled and deferred revenue",
        needs="postings of a project on accounts of unbilled or deferred revenue",
        sides=(("deferred_revenue", "psa"), None),
    ),
    Control(
        key="RC-07",
        title="Open items and control accounts",
        check="The books of a subsidiary at the end of a month, to the cent.",
        checked="NetSuite: open invoices, credits and payments",
        against="NetSuite: accounts of receivables",
        needs="open items, or postings on accounts of receivables",
        sides=(("receivables", "erp"), ("receivables_ledger", "erp")),
    ),
    Control(
        key="RC-08",
        title="Backlog moves by what happened",
        check="A subsidiary in a month, to the cent.",
        checked="Backlog before, and what moved it",
        against="Backlog after",
        needs="sales orders",
        sides=(None, ("backlog", "erp")),
    ),
    Control(
        key="RC-09",
        title="Income statement and trial balance",
        check="The books of a subsidiary in a month, to the cent.",
        checked="The income statement of One View",
        against="NetSuite: accounts of profit and loss",
        needs="postings on accounts of profit and loss",
        sides=(("net_income", "erp"), None),
    ),
    Control(
        key="RC-10",
        title="Expense reports of both systems",
        check="An approved expense report in its own currency, to the cent; one that is not exported yet does not hold.",
        checked="SuiteProjects Pro: approved expense reports",
        against="NetSuite: expense reports",
        needs="expense reports in both systems",
    ),
    Control(
        key="RC-11",
        title="Hours of both systems",
        check="A client project in a month that NetSuite got hours of, to the last hour.",
        checked="SuiteProjects Pro: approved hours",
        against="NetSuite: time entries",
        needs="time entries of NetSuite",
        counted=Counted.HOURS,
    ),
    Control(
        key="RC-12",
        title="People, customers and projects",
        check=(
            "A person, a customer of SuiteProjects Pro or a client project that is active today in either system is so in both. "
            "Contractors, placeholders and customers without projects are left out."
        ),
        checked="SuiteProjects Pro: active",
        against="NetSuite: active",
        needs="people, customers or projects",
        counted=Counted.COUNT,
        is_of_today=True,
    ),
    Control(
        key="RC-13",
        title="What projects are agreed at",
        check=(
            "A project that both systems have: one currency, one customer, and a contract value that is the same to the cent. "
            "Projects of SuiteProjects Pro bear no subsidiary to compare."
        ),
        checked="SuiteProjects Pro: customer purchase orders",
        against="NetSuite: sales orders",
        needs="projects that are linked",
        is_of_today=True,
    ),
    Control(
        key="RC-14",
        title="What companies of the group charge each other",
        check="A month: at average rates, income and cost net to nothing, within 1.",
        checked="NetSuite: income from the group",
        against="NetSuite: cost from the group",
        needs="intercompany postings",
    ),
    Control(
        key="RC-15",
        title="Exchange rates that are missing",
        check="A currency of a subsidiary in a month: every amount of SuiteProjects Pro finds its rate.",
        checked="SuiteProjects Pro: amounts",
        against="of these, translated",
        needs="amounts of SuiteProjects Pro",
        counted=Counted.COUNT,
    ),
    Control(
        key="RC-16",
        title="The balance sheet balances",
        check="The books of a subsidiary at the end of a month, to the cent.",
        checked="NetSuite: all accounts, the translation adjustment included",
        against="Nothing",
        needs="postings",
        sides=(("balance_sheet_difference", "erp"), None),
    ),
)
CONTROLS: Mapping[str, Control] = MappingProxyType({one.key: one for one in _ALL})
