"""NetSuite's tables as SuiteQL shows them: their columns, and which of them identify and date a row."""

from __future__ import annotations

_MODIFIED = "lastmodifieddate"
_RELATIONSHIP = ("id", "id entity subsidiary isprimarysub lastmodifieddate", _MODIFIED)
_DIMENSION = ("id", "id name fullname parent subsidiary isinactive lastmodifieddate", _MODIFIED)

# name: (key, all columns, the column that dates a change)
NETSUITE_TABLES: dict[str, tuple[str, str, str | None]] = {
    # the group and its books
    "subsidiary": (
        "id",
        ("id name fullname legalname parent currency country fiscalcalendar iselimination isinactive "
        "lastmodifieddate"),
        _MODIFIED,
    ),
    "department": _DIMENSION,
    "classification": _DIMENSION,
    "location": _DIMENSION,
    "currency": ("id", "id symbol name isbasecurrency currencyprecision isinactive", None),
    "fiscalcalendar": ("id", "id name fiscalmonth isdefault", None),
    "accountingperiod": (
        "id",
        ("id periodname startdate enddate parent isposting isquarter isyear isadjust isinactive closed "
        "closedondate alllocked arlocked aplocked lastmodifieddate"),
        _MODIFIED,
    ),
    "accountingperiodfiscalcalendars": (
        "accountingperiod fiscalcalendar", "accountingperiod fiscalcalendar parent fullname", None,
    ),
    "accountingbook": ("id", "id name isprimary isadjustmentonly isconsolidated", None),
    "accounttype": ("id", "id longname left balancesheet seqnum", None),
    "account": (
        "id",
        ("id acctnumber fullname accountsearchdisplayname accttype parent currency description generalrate "
        "cashflowrate eliminate sspecacct issummary isinactive lastmodifieddate"),
        _MODIFIED,
    ),
    "consolidatedexchangerate": (
        "id",
        ("id postingperiod fromsubsidiary tosubsidiary fromcurrency tocurrency accountingbook currentrate "
        "averagerate historicalrate"),
        None,
    ),
    "currencyrate": (
        "id", "id basecurrency transactioncurrency exchangerate effectivedate lastmodifieddate", _MODIFIED,
    ),
    "item": (
        "id",
        ("id itemid displayname fullname description itemtype subtype parent department class location "
        "incomeaccount expenseaccount isinactive createddate externalid lastmodifieddate"),
        _MODIFIED,
    ),
    "expensecategory": ("id", "id name expenseacct isinactive", None),
    "term": ("id", "id name daysuntilnetdue isinactive", None),
    "transactionstatus": ("id trantype", "id trantype name fullname", None),
    "budgetcategory": ("id", "id name isinactive", None),
    "budgets": ("id", "id account category department class location subsidiary year total", None),
    "budgetsmachine": ("budget period", "budget period amount", None),
    # whom it deals with
    "employee": (
        "id",
        ("id entityid firstname lastname email title department class location subsidiary supervisor currency "
        "issalesrep hiredate releasedate isinactive datecreated externalid lastmodifieddate"),
        _MODIFIED,
    ),
    "customer": (
        "id",
        ("id entityid companyname altname isperson parent entitystatus searchstage category salesrep terms "
        "currency creditlimit email phone startdate dateclosed isinactive datecreated externalid "
        "lastmodifieddate"),
        _MODIFIED,
    ),
    "customersubsidiaryrelationship": _RELATIONSHIP,
    "customercategory": ("id", "id name", None),
    "entitystatus": ("key", "key name entitytype probability inactive", None),
    "contact": (
        "id",
        ("id entityid firstname lastname title email phone company contactrole isinactive datecreated "
        "lastmodifieddate"),
        _MODIFIED,
    ),
    "vendor": (
        "id",
        ("id entityid companyname altname isperson category terms currency subsidiary payablesaccount "
        "isjobresourcevend email isinactive datecreated externalid lastmodifieddate"),
        _MODIFIED,
    ),
    "vendorsubsidiaryrelationship": _RELATIONSHIP,
    "vendorcategory": ("id", "id name", None),
    # projects and time
    "job": (
        "id",
        ("id entityid companyname parent customer entitystatus jobtype jobbillingtype currency projectmanager "
        "startdate enddate projectedenddate percentcomplete estimatedtime actualtime isinactive datecreated "
        "externalid lastmodifieddate"),
        _MODIFIED,
    ),
    "jobtype": ("id", "id name", None),
    "projectsubsidiaryrelationship": _RELATIONSHIP,
    "projecttask": ("id", "id project title estimatedwork actualwork status lastmodifieddate", _MODIFIED),
    "resourceallocation": (
        "id",
        ("id allocationresource project projecttask startdate enddate allocationamount allocationunit "
        "percentoftime numberhours allocationtype approvalstatus lastmodifieddate"),
        _MODIFIED,
    ),
    "timebill": (
        "id",
        ("id employee customer item department class location subsidiary hours isbillable timetype trandate "
        "approvalstatus memo externalid lastmodifieddate"),
        _MODIFIED,
    ),
    # transactions
    "transaction": (
        "id",
        ("id tranid type recordtype trandate duedate closedate entity employee posting postingperiod status "
        "approvalstatus source terms otherrefnum currency exchangerate foreigntotal foreignamountpaid "
        "foreignamountunpaid taxtotal memo voided entitystatus probability expectedclosedate forecasttype "
        "projectedtotal weightedtotal intercoadj externalid createddate lastmodifieddate"),
        _MODIFIED,
    ),
    "transactionline": (
        "transaction id",
        ("transaction id uniquekey linesequencenumber mainline taxline iscogs transactiondiscount item itemtype "
        "entity subsidiary department class location category expenseaccount quantity quantitybilled "
        "quantityshiprecv rate foreignamount netamount costestimate estgrossprofit createdfrom "
        "accountinglinetype isbillable isclosed eliminate revenueelement revrecstartdate revrecenddate memo "
        "linelastmodifieddate"),
        "linelastmodifieddate",
    ),
    "transactionaccountingline": (
        "transaction transactionline accountingbook",
        "transaction transactionline accountingbook account amount debit credit posting lastmodifieddate",
        _MODIFIED,
    ),
    "nexttransactionlinelink": (
        "previousdoc previousline nextdoc nextline linktype",
        ("previousdoc previousline previoustype nextdoc nextline nexttype linktype foreignamount "
        "lastmodifieddate"),
        _MODIFIED,
    ),
    "revenueelement": (
        "id",
        ("id recordnumber entity item subsidiary currency exchangerate quantity salesamount "
        "discountedsalesamount elementdate revrecstartdate revrecenddate forecaststartdate forecastenddate "
        "source referenceid revenueplanstatus deferralaccount recognitionaccount accountingbook "
        "lastmodifieddate"),
        _MODIFIED,
    ),
    "revenueplan": (
        "id",
        ("id recordnumber createdfrom revenueplantype item amount totalrecognized remainingdeferredbalance "
        "revenueplancurrency exchangerate recognitionmethod revrecstartdate revrecenddate "
        "holdrevenuerecognition statusfordisplay lastmodifieddate"),
        _MODIFIED,
    ),
    "revenueplanplannedrevenue": (
        "id",
        ("id revenueplan plannedperiod postingperiod plannedrevenuetype amount exchangerate isrecognized "
        "dateexecuted journal deferredrevenueaccount recognitionaccount"),
        None,
    ),
    "deletedrecord": (
        "recordtypeid recordid",
        ("recordtypeid recordid scriptid name type deleteddate deletedby context iscustomlist iscustomrecord "
        "iscustomtransaction"),
        "deleteddate",
    ),
}  # fmt: skip
