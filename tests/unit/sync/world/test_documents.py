"""NetSuite's documents follow from each other, balance, and agree with the accounts that control them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

import pytest

from sync.sandbox.world.firm import ACCOUNTS

RECORDS = {
    "Opprtnty": "opportunity", "Estimate": "estimate", "SalesOrd": "salesorder", "CustInvc": "invoice",
    "CashSale": "cashsale", "CustCred": "creditmemo", "CustPymt": "customerpayment", "Deposit": "deposit",
    "VendBill": "vendorbill", "VendCred": "vendorcredit", "VendPymt": "vendorpayment",
    "CustDep": "customerdeposit", "DepAppl": "depositapplication", "PurchOrd": "purchaseorder", "ExpRept": "expensereport", "Journal": "journalentry",
}  # fmt: skip
NOT_POSTING = {"Opprtnty", "Estimate", "SalesOrd", "PurchOrd"}
SOLD = {"Opprtnty", "Estimate", "SalesOrd", "CustInvc", "CashSale"}
BOUGHT = {"PurchOrd", "VendBill", "ExpRept"}
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def transactions(world):
    return {row["id"]: row for row in world.netsuite.tables["transaction"].rows.values()}


@pytest.fixture(scope="module")
def lines(world):
    return world.netsuite.tables["transactionline"].rows


@pytest.fixture(scope="module")
def links(world):
    return list(world.netsuite.tables["nexttransactionlinelink"].rows.values())


@pytest.fixture(scope="module")
def balance(world, transactions):
    """The balance of an account in the books of a subsidiary."""
    subsidiaries = {
        row["transaction"]: row["subsidiary"]
        for row in world.netsuite.tables["transactionline"].rows.values()
    }
    sums = defaultdict(Decimal)
    for row in world.netsuite.tables["transactionaccountingline"].rows.values():
        if row["posting"]:
            sums[row["account"], subsidiaries[row["transaction"]]] += row["amount"]

    def of(number, subsidiary):
        return sums[ACCOUNTS[number].id, subsidiary]

    return of


@pytest.fixture(scope="module")
def open_base(transactions, lines):
    """What is open of kinds of documents, in the books of a subsidiary."""

    def of(kinds, subsidiary):
        return sum(
            (row["foreignamountunpaid"] * row["exchangerate"]).quantize(CENT)
            for row in transactions.values()
            if row["type"] in kinds and lines[row["id"], 0]["subsidiary"] == subsidiary
        )

    return of


def _chains(links, *kinds):
    """The documents that follow each other through links between these kinds."""
    found = None
    for previous, following in pairwise(kinds):
        steps = {
            (row["previousdoc"], row["nextdoc"])
            for row in links
            if (row["previoustype"], row["nexttype"]) == (previous, following)
        }
        found = (
            steps
            if found is None
            else {
                (first, last) for first, middle in found for start, last in steps if middle == start
            }
        )
    return found


def test_every_kind_of_transaction_is_there_under_its_record_type(transactions):
    assert {row["type"]: row["recordtype"] for row in transactions.values()} == RECORDS


def test_offers_and_orders_post_nothing_and_all_else_does(transactions):
    for row in transactions.values():
        assert row["posting"] is (row["type"] not in NOT_POSTING)
        assert (row["postingperiod"] is None) is (row["type"] in NOT_POSTING)


def test_ledger_lines_of_what_does_not_post_are_marked_so(world, transactions):
    for row in world.netsuite.tables["transactionaccountingline"].rows.values():
        assert row["posting"] is transactions[row["transaction"]]["posting"]


def test_sales_are_negative_on_their_lines_and_purchases_positive(transactions, lines):
    for (document, number), line in lines.items():
        kind, amount = transactions[document]["type"], line["foreignamount"]
        if kind in SOLD and transactions[document]["status"] != "C":
            assert amount >= 0 if number == 0 else amount <= 0, (kind, document)
        if kind in BOUGHT:
            assert amount <= 0 if number == 0 else amount >= 0, (kind, document)


@pytest.mark.parametrize("subsidiary", [1, 2, 3])
class TestControlAccounts:
    def test_receivables_are_the_open_invoices_less_what_is_not_applied(
        self, balance, open_base, subsidiary
    ):
        owed = open_base({"CustInvc"}, subsidiary) - open_base({"CustCred", "CustPymt"}, subsidiary)

        assert owed > 0
        # a part payment in a foreign currency may leave a cent of rounding
        assert abs(balance("1100", subsidiary) - owed) <= 5 * CENT

    def test_payables_are_the_open_bills_less_open_credits(self, balance, open_base, subsidiary):
        owed = open_base({"VendBill"}, subsidiary) - open_base({"VendCred"}, subsidiary)

        assert owed > 0
        assert -balance("2000", subsidiary) == owed

    def test_what_employees_are_owed_are_the_unpaid_expense_reports(
        self, balance, open_base, subsidiary
    ):
        assert -balance("2050", subsidiary) == open_base({"ExpRept"}, subsidiary)

    def test_undeposited_funds_are_the_receipts_not_yet_at_the_bank(
        self, world, balance, subsidiary
    ):
        held = sum(
            line.amount
            for document in world.life.documents
            if document.status
            == {"CustPymt": "B", "CashSale": "B", "CustDep": "A"}.get(document.type)
            and document.subsidiary.id == subsidiary
            for line in document.lines
            if line.account == "1050"
        )

        assert balance("1050", subsidiary) == held


def test_customer_deposits_are_held_until_they_are_used(transactions, balance):
    held = sum(
        (row["foreigntotal"] * row["exchangerate"]).quantize(CENT)
        for row in transactions.values()
        if row["type"] == "CustDep" and row["status"] != "C"
    )

    assert sum(row["type"] == "DepAppl" for row in transactions.values()) > 5
    assert -sum(balance("2400", subsidiary) for subsidiary in (1, 2, 3)) == held


class TestLinks:
    def test_connect_lines_that_exist_and_tell_their_types(self, transactions, lines, links):
        for row in links:
            for end in ("previous", "next"):
                assert (row[f"{end}doc"], row[f"{end}line"]) in lines
                assert row[f"{end}type"] == transactions[row[f"{end}doc"]]["type"]

    def test_lead_from_an_opportunity_to_the_money_in_the_bank(self, links):
        kinds = ("Opprtnty", "Estimate", "SalesOrd", "CustInvc", "CustPymt", "Deposit")

        assert len({first for first, _ in _chains(links, *kinds)}) > 50

    def test_lead_from_a_deposit_on_an_order_to_the_invoice_it_is_used_for(self, links):
        used = {deposit for _, deposit in _chains(links, "SalesOrd", "CustDep")}

        assert used >= {deposit for deposit, _ in _chains(links, "CustDep", "DepAppl")}
        assert _chains(links, "CustInvc", "DepAppl")

    def test_lead_from_a_purchase_order_to_the_payment_of_its_bills(self, links):
        assert len({first for first, _ in _chains(links, "PurchOrd", "VendBill", "VendPymt")}) > 40

    def test_settle_expense_reports_and_use_vendors_credits(self, links):
        assert _chains(links, "ExpRept", "VendPymt")
        assert _chains(links, "VendBill", "VendCred")

    def test_never_settle_more_than_a_document_is_worth(self, transactions, links):
        paid = defaultdict(Decimal)
        for row in links:
            if row["linktype"] == "Payment":
                paid[row["previousdoc"]] += row["foreignamount"]

        assert paid
        for document, amount in paid.items():
            row = transactions[document]
            assert amount + row["foreignamountunpaid"] == row["foreigntotal"]


class TestPipeline:
    def test_each_won_opportunity_became_one_order(self, transactions, links):
        won = {id_ for id_, row in transactions.items()
               if row["type"] == "Opprtnty" and row["status"] == "C"}  # fmt: skip
        orders = _chains(links, "Opprtnty", "SalesOrd") | _chains(
            links, "Opprtnty", "Estimate", "SalesOrd"
        )

        assert won == {first for first, _ in orders}
        assert len(orders) == len(won) == len({last for _, last in orders})

    def test_an_open_estimate_of_an_opportunity_can_be_told_from_one_of_its_own(
        self, transactions, lines
    ):
        """Both would count twice: the opportunity says that it has one, the estimate which it is of."""
        origins = [
            lines[id_, 1]["createdfrom"]
            for id_, row in transactions.items()
            if row["type"] == "Estimate" and row["status"] == "A"
        ]
        issued = {id_ for id_, row in transactions.items()
                  if row["type"] == "Opprtnty" and row["status"] == "B"}  # fmt: skip

        assert origins.count(None) > 2
        assert sorted(id_ for id_ in origins if id_ is not None) == sorted(issued)
        assert len(issued) > 5

    def test_what_is_weighted_is_the_total_by_its_chance(self, transactions):
        for row in transactions.values():
            if row["type"] in ("Opprtnty", "Estimate"):
                assert row["projectedtotal"] == row["foreigntotal"]
                assert row["weightedtotal"] == row["foreigntotal"] * row["probability"]

    def test_leads_and_prospects_have_nothing_but_offers(self, world, transactions):
        stages = {
            row["id"]: row["searchstage"] for row in world.netsuite.tables["customer"].rows.values()
        }
        kinds = {row["type"] for row in transactions.values()
                 if stages.get(row["entity"], "Customer") != "Customer"}  # fmt: skip

        assert kinds == {"Opprtnty", "Estimate"}


def test_an_order_knows_how_much_of_it_was_invoiced(transactions, lines, links):
    invoiced = defaultdict(Decimal)
    for row in links:
        if (row["previoustype"], row["nexttype"]) == ("SalesOrd", "CustInvc"):
            invoiced[row["previousdoc"]] += row["foreignamount"]
    for order, amount in invoiced.items():
        line = lines[order, 1]
        share = line["quantitybilled"] / -line["quantity"]
        assert abs(share - min(1, amount / -line["foreignamount"])) < Decimal("0.01"), order


def test_an_expense_line_names_its_category(transactions, lines):
    for (document, number), line in lines.items():
        claimed = transactions[document]["type"] == "ExpRept" and number > 0
        assert (line["category"] is not None) is claimed


def test_what_group_companies_charge_each_other_is_taken_out_on_consolidation(
    world, transactions, lines
):
    """Summed at each month's average rate, the accounts between companies have no result left."""
    tables = world.netsuite.tables
    between = {
        row["id"]: row["accttype"] for row in tables["account"].rows.values() if row["eliminate"]
    }
    rates = {
        (row["postingperiod"], row["fromsubsidiary"]): row["averagerate"]
        for row in tables["consolidatedexchangerate"].rows.values()
    }
    results: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    companies = set()
    for row in tables["transactionaccountingline"].rows.values():
        if row["account"] in between:
            period = transactions[row["transaction"]]["postingperiod"]
            company = lines[row["transaction"], row["transactionline"]]["subsidiary"]
            companies.add(company)
            kind = between[row["account"]]
            results[period, kind] += (row["amount"] * rates[period, company]).quantize(CENT)

    assert len(results) > 100
    assert set(results.values()) == {Decimal(0)}
    assert {
        it["id"] for it in tables["subsidiary"].rows.values() if it["iselimination"]
    } < companies
