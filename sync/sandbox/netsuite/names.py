"""The record service's camelCase names of SuiteQL's lower-case ones."""

from __future__ import annotations

import re

_CAMEL = """
accountNumber accountingPeriodFiscalCalendars accountingBook actualTime actualWork allLocked
allocationAmount allocationResource allocationType allocationUnit apLocked arLocked budgetCategory
budgetsMachine cashFlowRate closedOnDate contactRole costEstimate customerCategory dateClosed
deferralAccount deferredRevenueAccount deletedRecord elementDate estGrossProfit estimatedTime
estimatedWork expectedCloseDate expenseAccount expenseCategory fiscalCalendar fiscalMonth
forecastEndDate forecastStartDate forecastType interCoAdj isDefault isPrimary
isSalesRep isSummary numberHours otherRefNum payablesAccount percentComplete percentOfTime
plannedRevenueType projectedTotal quantityBilled recognitionAccount recognitionMethod
remainingDeferredBalance revRecEndDate revRecStartDate revenuePlanStatus salesAmount salesRep
searchStage statusForDisplay totalRecognized vendorCategory vendorSubsidiaryRelationship
weightedTotal accountingBook accountingLineType accountingPeriod acctNumber acctType altName
approvalStatus averageRate baseCurrency billingSchedule closeDate companyName
consolidatedExchangeRate createdDate createdFrom creditLimit currencyRate currentRate
customerSubsidiaryRelationship dateCreated discountedSalesAmount displayName dueDate
effectiveDate endDate entityId entityStatus exchangeRate expectedCloseDate externalId firstName
foreignAmount foreignAmountPaid foreignAmountUnpaid foreignTotal fromSubsidiary fullName generalRate hireDate
historicalRate incomeAccount isAdjust isBillable isClosed isElimination isInactive isPerson
isPrimarySub isQuarter isRecognized isYear itemId itemType jobBillingType jobType lastModifiedDate
lastName legalName lineLastModifiedDate lineSequenceNumber linkType mainLine middleName netAmount
nextDoc nextLine nextType periodName plannedPeriod postingPeriod previousDoc previousLine
previousType projectManager projectSubsidiaryRelationship projectTask projectedEndDate recordNumber recordType
releaseDate resourceAllocation revenueElement revenuePlan revenuePlanCurrency
revenuePlanPlannedRevenue revenuePlanType startDate symbol taxLine taxTotal timeBill timeType
toSubsidiary tranDate tranId transactionCurrency transactionLine uniqueKey
""".split()  # noqa: SIM905 - a list to read
_BY_LOWER = {name.lower(): name for name in _CAMEL}


def camel(name: str) -> str:
    """The record service's name; custom fields keep theirs."""
    return _BY_LOWER.get(name, name)


def label(name: str) -> str:
    """The name as people read it: `tranDate` is "Tran date"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", camel(name))
    return words[:1].upper() + words[1:].lower().replace("_", " ")
