"""Charges: what SuiteProjects Pro bills, the time it was made of, and the invoice it is on."""

from __future__ import annotations

from models.tables import billing as tables

from .business import OF_CONTRACT, charged_stream, contract_touched
from .pieces import (
    CUSTOMER,
    FLOW_NEEDS,
    FLOW_RATES,
    IN_SUITEPROJECTS,
    PARENT_NEEDS,
    TRANSLATED,
    referring,
    suiteprojects_parents,
    suiteprojects_rows,
    user_touched,
)
from .transform import Slicing, Transform

_CHARGE, _INVOICE = "stg_suiteprojects__charge", "stg_suiteprojects__invoice"
_CHARGES, _INVOICES = f"mirror.{_CHARGE}", f"mirror.{_INVOICE}"
_INVOICED = {_CHARGE: "SELECT invoice_id FROM changed WHERE invoice_id > 0"}

_PARENTS = f"p.project_key, p.department_key, p.subsidiary_key, {CUSTOMER}"

CHARGED_TIME = Transform(  # the hours that a charge was made of, and what they are listed at (B3)
    key="charged_time",
    needs=("fct_time",),
    sql="""
        SELECT charge_id, sum(hours)::DECIMAL(18,4) AS hours,
            max(submitted_on) AS submitted_on, max(approved_on) AS approved_on,
            CASE WHEN count(*) = count(list_value)
                AND min(list_value_currency) = max(list_value_currency) THEN sum(list_value) END::DECIMAL(18,4)
                AS list_value,
            min(list_value_currency) AS list_value_currency,
            CASE WHEN count(*) = count(list_value_subsidiary)
                THEN sum(list_value_subsidiary) END::DECIMAL(18,4) AS list_value_subsidiary,
            CASE WHEN count(*) = count(list_value_base) THEN sum(list_value_base) END::DECIMAL(18,4)
                AS list_value_base
        FROM fct_time WHERE charge_id IS NOT NULL GROUP BY charge_id""",
    slicings=(
        Slicing(
            by=("charge_id",),
            of={"fct_time": ("charge_id",)},
            touched={"fct_time": "SELECT charge_id FROM changed WHERE charge_id IS NOT NULL"},
        ),
    ),
)

TIME_INVOICE = Transform(  # the invoices that hold charges made of time entries
    key="time_invoice",
    needs=("charged_time",),
    sql=f"""
        SELECT DISTINCT c.invoice_id FROM {_CHARGES} c JOIN charged_time t ON t.charge_id = c.id
        WHERE c.invoice_id > 0""",
    slicings=(
        Slicing(
            by=("invoice_id",),
            of={_CHARGE: ("invoice_id",)},
            touched={
                **_INVOICED,
                "charged_time": referring(
                    "invoice_id", _CHARGES, "id", "charge_id", where="charge_id IS NOT NULL"
                ),
            },
        ),
    ),
)


def _credits_on(invoices: str) -> str:
    """The charges of credits on these invoices."""
    return f"""
        SELECT id FROM {_CHARGES} WHERE invoice_id IN (
            SELECT id FROM {_INVOICES} WHERE original_invoice_id IN ({invoices}))"""


FCT_CHARGE = Transform(
    key="fct_charge",
    target=tables.fct_charge,
    needs=(
        *FLOW_NEEDS,
        *PARENT_NEEDS,
        "map_person",
        "dim_role",
        "map_service",
        "charged_time",
        "time_invoice",
        "contract_stream",
    ),
    sql=f"""
        WITH f AS (
            SELECT c.id AS charge_id, {_PARENTS}, coalesce(mu.person_key, -1) AS person_key,
                coalesce(r.role_key, -1) AS role_key, coalesce(ms.service_key, -1) AS service_key,
                c.billing_rule_id, day_key(c.date) AS worked_day, month_key(c.date) AS worked_month,
                day_key(i.date) AS invoice_day, month_key(coalesce(o.date, i.date)) AS cohort_month,
                (i.date - c.date)::INTEGER AS days_to_invoice,
                coalesce(i.date <= last_day(c.date) + k.value::INTEGER, false) AS is_invoiced_in_time,
                (t.submitted_on - c.date)::INTEGER AS days_to_submit,
                (t.approved_on - t.submitted_on)::INTEGER AS days_to_approve,
                (i.date - t.approved_on)::INTEGER AS days_from_approval,
                CASE WHEN i.id IS NOT NULL THEN status_word(i.approval_status) END AS invoice_status,
                o.id IS NOT NULL AS is_credit,
                t.charge_id IS NOT NULL
                    OR (n.invoice_id IS NOT NULL AND c.type NOT IN ('E', 'P', 'F')) AS is_for_time,
                coalesce(b.cap > 0 OR b.cap_hours > 0, false) AS is_capped,
                CASE WHEN c.invoice_id > 0 THEN 'invoiced'
                    WHEN g.is_excluded_from_invoicing THEN 'on_hold' ELSE 'open' END AS status,
                g.name AS stage, c.rate, t.hours AS entry_hours, t.list_value, t.list_value_currency,
                t.list_value_subsidiary, t.list_value_base,
                CASE WHEN c.type = 'T'
                    THEN greatest(product(c.hours, c.rate) - c.amount, 0) END::DECIMAL(18,4) AS cut,
                day_key(coalesce(c.accounting_date, c.date)) AS day,
                month_key(coalesce(c.accounting_date, c.date)) AS month,
                {charged_stream("c.type")} AS stream, c.type, c.hours,
                linked(c.invoice_id) AS invoice_id, c.description,
                c.amount, c.currency
            FROM mirror.stg_suiteprojects__charge c
            {suiteprojects_parents("c")}
            {OF_CONTRACT}
            LEFT JOIN map_person mu ON mu.system = 'suiteprojects' AND mu.id = c.user_id
            LEFT JOIN dim_role r ON r.role_key = c.job_code_id
            LEFT JOIN map_service ms ON ms.system = 'suiteprojects' AND ms.id = c.category_id
            LEFT JOIN mirror.stg_suiteprojects__invoice i ON i.id = c.invoice_id
            LEFT JOIN {_INVOICES} o ON o.id = i.original_invoice_id
            LEFT JOIN mirror.stg_suiteprojects__charge_stage g ON g.id = c.stage_id
            LEFT JOIN mirror.stg_suiteprojects__billing_rule b ON b.id = c.billing_rule_id
            LEFT JOIN charged_time t ON t.charge_id = c.id
            LEFT JOIN mirror.cfg_setting k ON k.key = 'invoiced_by_day'
            LEFT JOIN time_invoice n ON n.invoice_id = o.id
        )
        SELECT f.*, {TRANSLATED}, translate_once(f.cut, d.rate) AS cut_subsidiary,
            translate(f.cut, d.rate, a.rate) AS cut_base
        FROM f {FLOW_RATES}""",
    slicings=suiteprojects_rows(
        "fct_charge",
        "charge_id",
        _CHARGE,
        {
            **user_touched(_CHARGE),
            **contract_touched("fct_charge", "charge_id"),
            "dim_role": referring("id", _CHARGES, "job_code_id", "role_key"),
            "map_service": referring("id", _CHARGES, "category_id", where=IN_SUITEPROJECTS),
            _INVOICE: referring("id", _CHARGES, "invoice_id")
            + " UNION ALL "
            + _credits_on("SELECT id FROM changed"),
            "time_invoice": _credits_on("SELECT invoice_id FROM changed"),
            "stg_suiteprojects__billing_rule": referring("id", _CHARGES, "billing_rule_id"),
            "stg_suiteprojects__charge_stage": referring("id", _CHARGES, "stage_id"),
            "charged_time": "SELECT charge_id FROM changed",
        },
    ),
)
