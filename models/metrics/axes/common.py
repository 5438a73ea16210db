"""The dimensions that most facts bear."""

from __future__ import annotations

from types import MappingProxyType

from ...business.rules import SERVICES, Stream
from ...tables.conformed import (
    dim_account,
    dim_customer,
    dim_department,
    dim_person,
    dim_project,
    dim_subsidiary,
)
from ..dimensions import Dimension


def of_people(name: str, title: str) -> Dimension:
    """A dimension whose members are people, in one of their parts."""
    return Dimension(
        name=name,
        title=title,
        table=dim_person,
        key=dim_person.c.person_key,
        label=dim_person.c.name,
    )


SUBSIDIARY = Dimension(
    name="subsidiary",
    title="Subsidiary",
    table=dim_subsidiary,
    key=dim_subsidiary.c.subsidiary_key,
    label=dim_subsidiary.c.name,
)
DEPARTMENT = Dimension(
    name="department",
    title="Department",
    table=dim_department,
    key=dim_department.c.department_key,
    label=dim_department.c.name,
)
CUSTOMER = Dimension(
    name="customer",
    title="Customer",
    table=dim_customer,
    key=dim_customer.c.customer_key,
    label=dim_customer.c.name,
)
CUSTOMER_GROUP = Dimension(
    name="customer_group",
    title="Customer at the top of the tree",
    table=dim_customer,
    key=dim_customer.c.customer_key,
    label=dim_customer.c.name,
)
PROJECT = Dimension(
    name="project",
    title="Project",
    table=dim_project,
    key=dim_project.c.project_key,
    label=dim_project.c.name,
    code=dim_project.c.code,
)
PERSON = of_people("person", "Person")
STREAM = Dimension(
    name="stream",
    title="Revenue stream",
    is_text=True,
    words=MappingProxyType(
        {
            Stream.SERVICES_TM: "Services, time and materials",
            Stream.SERVICES_FIXED: "Services, fixed fee",
            Stream.MANAGED_SERVICES: "Managed services",
            Stream.SUBSCRIPTION: "Subscription",
            Stream.LICENSE: "Licence",
            Stream.HARDWARE: "Hardware",
            Stream.EXPENSES: "Expenses",
            Stream.OTHER: "Other",
            SERVICES: "Services",  # of a plan that does not say which, and where it makes no difference
        }
    ),
)
MANAGER = of_people("manager", "Project manager")
ACCOUNT = Dimension(
    name="account",
    title="Account",
    table=dim_account,
    key=dim_account.c.account_key,
    label=dim_account.c.name,
    code=dim_account.c.number,
)
CONTRACT_TYPE = Dimension(
    name="contract_type",
    title="Contract type",
    is_text=True,
    table=dim_project,
    key=dim_project.c.contract_type,
)
ROLE = Dimension(name="role", title="Role", is_text=True, table=dim_person, key=dim_person.c.role)
