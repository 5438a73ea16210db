"""The tables of SuiteProjects Pro: the vendor's XML datatypes and their fields, of those that are filled."""

from __future__ import annotations

from sync.sandbox.system import SourceSystem, SourceTable

_COLUMNS: dict[str, str] = {
    # people
    "User": (
        "name nickname email departmentid job_codeid line_managerid cost_centerid currency rate active generic "
        "workscheduleid account_workscheduleid is_user_schedule workschedule_workhours hierarchy_node_ids "
        "timezone externalid netsuite_user_id__c"
    ),
    "Jobcode": "name loaded_cost currency active externalid",
    "Department": "name externalid userid",
    "Costcenter": "name code active externalid notes",
    "Workschedule": "name userid workdays workhours",
    "Scheduleexception": (
        "userid workscheduleid name startdate enddate workhours exception_type timetypeid "
        "schedule_request_itemid"
    ),
    "LoadedCost": "userid cost currency start end current lc_level projectid",
    "TargetUtilization": "user_id start_date end_date percentage",
    "Resourceprofile_type": "name type active related_table relatedid attribute_set_id externalid",
    "Resourceprofile": "name type userid resourceprofile_typeid attributeid comment externalid",
    # time
    "Timesheet": "name userid status starts ends submitted approved approved_by acct_date total",
    "Task": (
        "userid projectid project_taskid customerid timesheetid timetypeid categoryid cost_centerid job_codeid "
        "slipid date acct_date decimal_hours loaded_cost notes netsuite_timebill_id__c"
    ),
    "Timetype": "name code payroll_code active externalid",
    "Schedulerequest": (
        "number name userid approval_status date startdate enddate timetypeid projectid project_taskid "
        "customerid date_submitted date_approved notes"
    ),
    "Schedulerequest_item": (
        "schedule_requestid userid date hours timetypeid projectid project_taskid customerid name"
    ),
    # bookings
    "BookingType": "name priority active notes",
    "Booking": (
        "userid projectid customerid project_taskid booking_typeid job_code_id ownerid startdate enddate hours "
        "percentage as_percentage approval_status date_submitted date_approved notes externalid"
    ),
    "Projecttaskassign": (
        "projecttaskid userid job_codeid planned_hours allocation booking_id externalid"
    ),
    "ResourceRequest": (
        "number name status projectid customerid booking_type_id ownerid date_start date_end "
        "date_start_expected date_finalized percent_fulfilled notes external_id"
    ),
    "ResourceRequestQueue": (
        "resource_request_id name status projectid customerid date_start date_end slots percent_fulfilled "
        "external_id"
    ),
    "PendingBooking": (
        "resource_request_queue_id userid projectid customerid project_taskid booking_typeid job_code_id "
        "ownerid startdate enddate hours percentage as_percentage approval_status externalid"
    ),
    # customers and projects
    "Customer": (
        "name currency active userid terms billing_contact_id hierarchy_node_ids externalid "
        "netsuite_customer_id__c"
    ),
    "Contact": (
        "name first last email job_title customerid active can_bill_to can_ship_to can_sold_to externalid"
    ),
    "Project": (
        "name code customerid userid pm_approver_1 currency project_stageid template_project_id rate_cardid "
        "cost_centerid hierarchy_node_ids billing_contactid start_date finish_date budget budget_time active "
        "auto_bill is_portfolio_project portfolio_projectid externalid contract_type__c netsuite_project_id__c"
    ),
    "Projectstage": "name position enable_utilization enable_billing enable_recognition",
    "Projecttask": (
        "name projectid customerid parentid seq id_number non_billable planned_hours estimated_hours "
        "percent_complete starts calculated_starts calculated_finishes predecessors assign_user_names "
        "task_budget_cost task_budget_revenue currency cost_centerid closed externalid"
    ),
    "Hierarchy": "name type active externalid notes",
    "HierarchyNode": "hierarchyid parentid levelid name isalevel isanode recordid externalid",
    "Budget": "name projectid customerid date budgetcategory_id categoryid total currency notes",
    "BudgetAllocation": "budgetid projectid customerid userid date budgetcategory_id total currency",
    # expenses and purchases
    "Envelope": (
        "number name userid status date acct_date currency total totreimburse advance balance submitted approved"
    ),
    "Ticket": (
        "envelopeid userid projectid customerid itemid cost_centerid slipid vendorid date acct_date description "
        "quantity total_no_tax total_tax_paid currency non_billable missing_receipt status"
    ),
    "Item": "name code type cost currency active taxable externalid",
    "Vendor": "name code currency terms active externalid netsuite_vendor_id__c",
    "Product": "name code um currency standard_cost vendor_id active taxable externalid",
    "Purchaserequest": (
        "number name date userid projectid customerid approval_status date_submitted date_approved "
        "date_required date_fulfilled total total_quantity quantity_fulfilled currency"
    ),
    "Purchaseorder": (
        "number name date userid vendorid approval_status date_submitted date_approved date_required "
        "date_fulfilled total total_quantity quantity_fulfilled currency terms"
    ),
    "Purchase_item": (
        "date acct_date projectid customerid name purchaseorderid purchaserequestid vendorid productid userid "
        "quantity quantity_fulfilled date_fulfilled cost total currency"
    ),
    # billing
    "Category": "name code active taxable rate fixed_fee currency cost_centerid externalid",
    "Ratecard": "name notes active",
    "RateCardItem": "rate_card_id job_code_id rate currency start end current",
    "Projectbillingrule": (
        "name type projectid customerid position active start_date end_date rate_from rate_cardid "
        "rate_multiplier currency amount percent cap cap_hours stop_if_capped adjust_if_capped markup "
        "markup_type categoryid customerpoid cost_center_id slip_stageid exclude_non_billable "
        "exclude_non_billable_task acct_date_how end_milestone description"
    ),
    "Slip": (
        "type date acct_date projectid customerid userid projecttaskid project_billing_ruleid categoryid "
        "timetypeid job_code_id cost_centerid customerpoid itemid productid decimal_hours rate quantity cost "
        "total currency invoiceid slip_stageid ref_slipid description"
    ),
    "SlipProjection": (
        "type slip_projection_type date projectid customerid userid projecttaskid project_billing_ruleid "
        "booking_typeid categoryid job_codeid hour minute rate quantity total currency description"
    ),
    "Slipstage": "name position exclude_from_invoicing",
    "Invoice": (
        "number date acct_date customerid contactid currency total tax balance credit approval_status "
        "credit_reason original_invoiceid terms emailed netsuite_invoice_id__c"
    ),
    "Payment": "invoiceid customerid date total currency externalid",
    "Customerpo": "number name date acct_date customerid currency total active externalid",
    "Customerpo_to_project": "customerpoid customerid projectid active",
    # what may be sold
    "Deal": "name customerid userid status stage rating opened closed active notes netsuite_opportunity_id__c",
    "Estimate": "name dealid customerid hide_expense notes",
    "Estimatephase": "name estimateid",
    "Estimatelabor": (
        "estimateid phaseid userid amount amount_type start_date end_date billing_rate loaded_cost description"
    ),
    # revenue
    "Revenue_recognition_rule": (
        "name type recognition_type projectid customerid customerpo_id active start_date end_date amount "
        "percent percent_how percent_complete currency categoryid cost_centerid project_billing_rule_filter "
        "end_milestone acct_code acct_date_how"
    ),
    "Revenue_recognition_transaction": (
        "projectid customerid userid revenue_recognition_ruleid date acct_date type recognition_type "
        "project_taskid categoryid job_codeid decimal_hours rate total currency "
        "netsuite_revenue_recognition_transaction_id__c"
    ),
    "RevenueProjection": (
        "project_id customer_id revenue_recognition_rule_id date total currency type "
        "revenue_projection_type user_id job_code_id"
    ),
    # lists of the account
    "CustField": (
        "association name title description type picker valuelist decpos maxlength seq active required "
        "hidden_data_entry"
    ),
    "Currency": "symbol rate",
    "Currencyrate": "csymbol crate cname date type",
}

# What the vendor never dates: it is read whole.
_UNDATED = frozenset({"Currencyrate", "ResourceRequest", "ResourceRequestQueue"})


def suiteprojects_system() -> SourceSystem:
    """An empty SuiteProjects Pro."""
    return SourceSystem("suiteprojects", map(_table, _COLUMNS))


def _table(name: str) -> SourceTable:
    stamps = () if name in _UNDATED else ("created", "updated")
    columns = ("id", *_COLUMNS[name].split(), *stamps)
    return SourceTable(name, ("id",), columns, stamps[-1] if stamps else None)
