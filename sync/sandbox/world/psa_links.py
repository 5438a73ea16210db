"""Which record of SuiteProjects Pro's lists a thing belongs to: ids that follow from the thing itself.

They hold for what the firm does live as well: nothing has to be looked up.
"""

from __future__ import annotations

from .firm import SERVICE_FIXED, SERVICE_RETAINER, SERVICE_TM
from .instalments import instalments
from .model import (
    CAPPED,
    MILESTONES,
    PERCENT,
    RETAINER,
    TIME_OFF,
    TM,
    Department,
    Person,
    Project,
    Subsidiary,
    Task,
)
from .model_money import Charge, Recognition
from .names import EXPENSES

PROJECT_TIME, INTERNAL_TIME, VACATION, SICKNESS = 1, 2, 3, 4
SPECIALIST = 801  # the product that subcontractors are bought as

# The number of a project's rule is ten times the project's, plus one of these.
TIME_RULE, EXPENSE_RULE, PURCHASE_RULE, FIXED_RULE = 1, 2, 3, 4
_RULE_OF = {"T": TIME_RULE, "E": EXPENSE_RULE, "P": PURCHASE_RULE}
_FIXED_LETTERS = ("F", "M", "R")

SERVICES = {  # Category of the service item that NetSuite sells it as
    TM: (301, SERVICE_TM),
    CAPPED: (301, SERVICE_TM),
    PERCENT: (302, SERVICE_FIXED),
    MILESTONES: (302, SERVICE_FIXED),
    RETAINER: (303, SERVICE_RETAINER),
}
EXPENSE_ITEMS = {what: 701 + place for place, (what, _, _) in enumerate(EXPENSES)}


def cost_center(subsidiary: Subsidiary, department: Department) -> int:
    """Costcenter: one a department of a subsidiary."""
    return 1000 + 100 * subsidiary.id + department.psa_id


def cost_center_of(person: Person) -> int:
    """The cost centre that pays a person."""
    return cost_center(person.subsidiary, person.department)


def cost_center_of_project(project: Project) -> int:
    """The cost centre of a project's owner."""
    return cost_center(project.subsidiary, project.department)


def service(project: Project) -> int | None:
    """Category: what a client project is sold as."""
    found = SERVICES.get(project.contract_type)
    return found[0] if found else None


def time_type(task: Task) -> int:
    """Timetype of hours on a task."""
    if task.project.contract_type == TIME_OFF:
        return VACATION if task.name == "Vacation" else SICKNESS
    return PROJECT_TIME if task.project.is_client else INTERNAL_TIME


def rule_id(project: Project, number: int) -> int:
    """The id of one of a project's billing or recognition rules."""
    return 10 * (project.id or 0) + number


def billing_rule(charge: Charge) -> int | None:
    """The rule that made a charge; None: somebody entered it by hand, as a credit."""
    project = charge.project
    if charge.type in _RULE_OF:
        return rule_id(project, _RULE_OF[charge.type])
    if charge.type != "F":
        return None
    if project.contract_type == RETAINER:
        return rule_id(project, FIXED_RULE)
    texts = [text for _, text, _ in instalments(project)]
    return rule_id(project, FIXED_RULE + texts.index(charge.description))


def recognition_rule(it: Recognition) -> int | None:
    """The rule that recognised revenue; None: an adjustment made by hand."""
    if it.type in _FIXED_LETTERS:
        return rule_id(it.project, FIXED_RULE)
    if it.type == "T" and not it.project.bills_time:
        return None
    return rule_id(it.project, _RULE_OF[it.type])


def expense_item(charge: Charge) -> int | None:
    """Item: what kind of expense a charge passes on."""
    return EXPENSE_ITEMS.get(charge.description.split(",")[0]) if charge.type == "E" else None


def first_order(project: Project) -> int | None:
    """Customerpo: the order that a project was first signed with."""
    return project.orders[0].id if project.orders else None
