"""NetSuite's documents: how one is built so that it balances, and what it posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from .calendar import Clock, month_of
from .ids import Ids
from .model import CENT, ZERO, Department, Project, Subsidiary
from .model_money import Application, Document, Line
from .rates import Rates

PREFIXES = {
    "Journal": "JE", "CustPymt": "PYMT", "VendBill": "BILL", "VendPymt": "VPAY", "SalesOrd": "SO",
    "Opprtnty": "OPP", "Estimate": "EST", "CashSale": "CS", "Deposit": "DEP", "VendCred": "VCRED",
    "PurchOrd": "PUR", "CustDep": "CD", "DepAppl": "DA",
}  # fmt: skip


@dataclass(slots=True)
class Ledger:
    """All documents, and the applications of payments and credits between them."""

    ids: Ids
    clock: Clock
    rates: Rates
    documents: list[Document] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def open(
        self,
        type_: str,
        day: date,
        subsidiary: Subsidiary,
        status: str,
        *,
        currency: str | None = None,
        rate: Decimal | None = None,
        number: str | None = None,
        created: datetime | None = None,
        **more: object,
    ) -> Document:
        """A new document without lines."""
        currency = currency or subsidiary.currency
        made = created or self.clock.at(day, 11, 20)
        document = Document(
            self.ids.take("document"),
            number or self._number(type_),
            type_,
            day,
            subsidiary,
            currency,
            rate or self.rates.on(currency, subsidiary.currency, day),
            status,
            month_of(day),
            made,
            made,
            **more,  # type: ignore[arg-type]
        )
        self.documents.append(document)
        return document

    def _number(self, type_: str) -> str:
        count = self._numbers[type_] = self._numbers.get(type_, 10_000) + 1
        return f"{PREFIXES.get(type_, type_.upper())}{count}"

    def apply(
        self, invoice: Document, payer: Document, amount: Decimal, line: int, at: datetime
    ) -> Application:
        """Set a payment or credit against an invoice or bill."""
        made = Application(invoice, payer, line, amount, at, self.settled(invoice, amount))
        self.applications.append(made)
        invoice.applied.append(made)
        payer.applied.append(made)
        invoice.updated = max(invoice.updated, at)
        payer.updated = max(payer.updated, at)
        if invoice.unpaid == 0:
            invoice.status = "I" if invoice.type == "ExpRept" else "B"
            invoice.closed = payer.day
        if payer.type in ("CustCred", "VendCred") and payer.unpaid == 0:
            payer.status, payer.closed = "B", payer.day
        return made

    @staticmethod
    def settled(invoice: Document, amount: Decimal) -> Decimal:
        """What a payment takes off an invoice's posting; the last one takes all that is left."""
        if amount == invoice.unpaid:
            return invoice.unpaid_base
        return (amount * invoice.rate).quantize(CENT)


def add_line(
    document: Document,
    account: str,
    foreign: Decimal,
    *,
    amount: Decimal | None = None,
    project: Project | None = None,
    entity: int | None = None,
    department: Department | None = None,
    **more: object,
) -> Line:
    """Add a line; a project brings its job as entity, and its department."""
    base = (foreign * document.rate).quantize(CENT) if amount is None else amount
    if project is not None:
        entity, department = project.ns_id, department or project.department
    line = Line(
        len(document.lines), account, base, foreign, entity=entity, project=project,
        department=department, **more,  # type: ignore[arg-type]
    )  # fmt: skip
    document.lines.append(line)
    return line


def add_main(document: Document, account: str) -> Line:
    """Put the main line first: whatever balances the lines there are."""
    foreign = -sum((line.foreign for line in document.lines), ZERO)
    amount = -sum((line.amount for line in document.lines), ZERO)
    main = Line(0, account, amount, foreign, entity=document.entity)
    document.lines.insert(0, main)
    for number, line in enumerate(document.lines):
        line.number = number
    return main


def journal(
    ledger: Ledger, day: date, subsidiary: Subsidiary, memo: str, created: datetime | None = None
) -> Document:
    """A journal approved for posting, in the subsidiary's currency."""
    return ledger.open("Journal", day, subsidiary, "B", memo=memo, created=created)


def is_balanced(document: Document) -> bool:
    """Whether debits equal credits."""
    return sum((line.amount for line in document.lines), ZERO) == 0
