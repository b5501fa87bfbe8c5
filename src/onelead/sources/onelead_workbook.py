"""The OneLead workbook: installed base, opportunities, projects, services and service credits, in each of its layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.sources._headers import Spec
from onelead.sources._source import Recognition, Source, is_snake
from onelead.sources._values import NULL_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

_TERRITORY = ("ST ID", "Account ST ID", "Account_Sales_Territory_Id", "Sales Territory ID", "Territory ID", "STID")

_ASSETS = Spec(
    "assets",
    {
        "asset_id": ("Serial_Number_Id", "Serial Number", "Serial No", "Serial", "Asset Serial Number"),
        "product_id": ("Product_Id", "Product Number", "Product No", "SKU"),
        "product_description": ("Line_Description_Name", "Line Description", "Product Description"),
        "product_category": ("Product_Platform_Description_Name", "Product Platform Description", "Product Platform", "Product Category"),
        "product_name": ("Product_Name",),
        "business_area": ("Business_Area_Description_Name", "Business Area Description", "Business Area", "mapped_business_area"),
        "business_unit": ("Legacy_Global_Business_Unit", "Global Business Unit", "Business Unit"),
        "practice_area": ("mapped_practice_area", "Practice Area"),
        "territory_id": ("Account_Sales_Territory_Id", *_TERRITORY),
        "customer_id": ("Customer ID",),
        "account_name": ("Account Name", "Customer Name"),
        "end_of_life_date": ("Product_End_of_Life_Date", "End of Life Date", "EOL Date"),
        "end_of_service_date": ("Product_End_of_Service_Life_Date", "End of Service Life Date", "End of Service Date", "EOSL Date"),
        "support_start_date": ("Final_Service_Start_Date", "Service Start Date", "Support Start Date"),
        "support_end_date": ("Final_Service_End_Date", "Service End Date", "Support End Date"),
        "support_source": ("Final_Service_Source", "Service Source", "Support Source"),
        "support_status": ("Support_Status",),
        "service_agreement_id": ("Service_Agreement_Id", "Agreement ID"),
        "contract_value": ("Contract Value", "Annual Contract Value"),
    },
    required=("asset_id",),
    minimum=4,
)
_OPPORTUNITIES = Spec(
    "opportunities",
    {
        "opportunity_id": ("HPE Opportunity ID", "opportunityid__c", "Opportunity ID", "Opportunity Number", "OpportunityID"),
        "opportunity_name": ("Opportunity NAme", "Opportunity"),
        "description": ("opportunity_description",),
        "territory_id": ("Account ST ID", *_TERRITORY),
        "customer_id": ("Customer ID",),
        "account_name": ("Account Name", "opportunity_account_name", "Customer Name"),
        "owner_name": ("opportunity_owner__r_name", "Opportunity Owner", "Owner Name"),
        "product_line": ("Product Line", "product_line__c"),
        "stage": ("Stage", "Stage Name", "Sales Stage"),
        "amount": ("Amount", "Opportunity Amount"),
        "currency": ("Currency", "Currency ISO Code"),
        "created_date": ("Created Date", "Create Date"),
        "close_date": ("Close Date", "Expected Close Date"),
        "is_won": ("Is Won", "Won"),
    },
    required=("opportunity_id",),
    minimum=3,
)
_PROJECTS = Spec(
    "projects",
    {
        "project_id": ("Project", "Project ID", "Project Number", "PRJ ID"),
        "project_description": ("PRJ Description", "Project Description", "Project Name"),
        "opportunity_id": ("PRJ Siebel ID", "Siebel ID", "Opportunity ID"),
        "territory_id": _TERRITORY,
        "territory_name": ("Account ST Name", "ST Name"),
        "customer_id": ("PRJ Customer ID", "Customer ID"),
        "account_name": ("PRJ Customer", "Customer", "Customer Name"),
        "practice": ("PRJ Practice", "Practice"),
        "function": ("PRJ Function",),
        "business_area": ("PRJ Business Area",),
        "segment": ("PRJ Segment",),
        "region": ("PRJ Region", "Region"),
        "geo": ("PRJ Geo", "Geo"),
        "country": ("Country",),
        "country_id": ("Country ID", "Country Code"),
        "industry_code": ("PRJ Industry Code", "Industry Code"),
        "start_date": ("PRJ Start Date", "Project Start Date", "Start Date"),
        "end_date": ("PRJ End Date", "Project End Date", "End Date"),
        "size_bucket": ("PRJ Size", "Project Size"),
        "length_bucket": ("PRJ Length", "Project Length"),
        "days": ("PRJ Days", "Project Days"),
        "stage_status": ("PRJ Stage Status", "Stage Status"),
        "financial_status": ("PRJ Financial Status", "Financial Status"),
        "health": ("Health", "Project Health"),
        "status_description": ("PRJ Status Description", "Status Description"),
        "system_status": ("PRJ System Status", "System Status"),
        "contract_terms": ("PRJ Contract Terms", "Contract Terms"),
        "project_type": ("WBS Project Type", "Project Type"),
        "packaged_service": ("Packaged Services Flag",),
        "responsible_person": ("PRJ Resp Person", "PRJ Responsible Person"),
        "responsible_person_id": ("PRJ Resp Person ID", "PRJ Responsible Person ID"),
        "third_party_service_cost": ("3rd Party Svc Cost", "col_3rd_party_svc_cost", "3rd Party Service Cost"),
        "third_party_material_cost": ("3rd Party Mat Cost", "col_3rd_party_mat_cost", "3rd Party Material Cost"),
        "labor_cost": ("Labor Cost", "Labour Cost"),
        "value": ("Project Value", "PRJ Value"),
        "import_date": ("Import_Date",),
        "last_refresh_date": ("Last Refresh Date", "Refresh Date"),
    },
    required=("project_id",),
    minimum=6,
)
_SERVICES = Spec(
    "services",
    {
        "practice": ("Practice", "Service Practice"),
        "sub_practice": ("Sub-Practice", "Sub Practice Name"),
        "service": ("Services", "Service", "Service Name"),
    },
    required=("service", "practice"),
    minimum=2,
)
_CREDITS = Spec(
    "service_credits",
    {
        "project_id": ("ProjectID", "Project", "Project Number"),
        "project_name": ("ProjectName",),
        "territory_id": _TERRITORY,
        "customer_id": ("Customer ID",),
        "account_name": ("Account Name", "Customer Name"),
        "practice": ("PracticeName", "Practice"),
        "purchased_credits": ("PurchasedCredits",),
        "converted_credits": ("ConvertedCredits",),
        "delivered_credits": ("DeliveredCredits",),
        "converted_not_delivered_credits": ("ConvertedNotDeliveredCredits",),
        "active_credits": ("ActiveCredits",),
        "expiry_bucket": ("ExpiryInDays", "Expiry Bucket"),
        "contract_end_date": ("ContractEndDate",),
    },
    required=("purchased_credits",),
    minimum=4,
)
_SPECS = (_ASSETS, _OPPORTUNITIES, _PROJECTS, _SERVICES, _CREDITS)


def _specs() -> Sequence[Spec]:
    return _SPECS


def _layout(recognition: Recognition) -> str:
    """``consolidated`` where headers are in snake_case, ``data_export_st_id`` where projects or credits name a territory, else ``data_export``."""
    snake = plain = 0
    territory = False
    for entry in recognition.found:
        match = entry.match
        headers = [str(match.headers[position]) for position in match.columns.values()]
        snake += sum(is_snake(header) for header in headers)
        plain += sum(not is_snake(header) for header in headers)
        territory |= match.spec.table in {"projects", "service_credits"} and "territory_id" in match.columns
    if snake > plain:
        return "consolidated"
    return "data_export_st_id" if territory else "data_export"


def _prepare(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the group columns of the service catalogue down: exports name a practice on its first row only."""
    if table != "services":
        return frame
    for column in ("practice", "sub_practice"):
        if column in frame.columns and frame.schema[column] == pl.String:
            text = pl.col(column).str.strip_chars()
            frame = frame.with_columns(pl.when(~text.is_in(list(NULL_WORDS))).then(text).alias(column))
    if "sub_practice" in frame.columns:
        # A sub-practice never reaches over into the next practice.
        group = pl.col("practice").is_not_null().cum_sum()
        frame = frame.with_columns(pl.col("sub_practice").forward_fill().over(group))
    return frame.with_columns(pl.col("practice").forward_fill())


SOURCE = Source(
    id="onelead_workbook",
    label="OneLead workbook",
    doc="Installed base, opportunities, projects, services and service credits, one sheet each, in the DataExport, DataExport with ST ID "
    "or Consolidated layout. Recognised by its columns; names and order of sheets and columns are free, further columns are kept.",
    specs=_specs,
    layout=_layout,
    prepare=_prepare,
)
