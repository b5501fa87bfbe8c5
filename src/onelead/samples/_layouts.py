"""Sheets and headers of the two workbook layouts, spelt as the exports spell them."""

from __future__ import annotations

INSTALL_BASE = (
    "Serial_Number_Id", "Product_Id", "Line_Description_Name", "Product_Platform_Description_Name", "Business_Area_Description_Name",
    "Product_Name", "Account_Sales_Territory_Id", "Legacy_Global_Business_Unit", "Product_End_of_Life_Date",
    "Product_End_of_Service_Life_Date", "Final_Service_Start_Date", "Final_Service_End_Date", "Final_Service_Source", "Support_Status",
    "Service_Agreement_Id",
)  # fmt: skip
OPPORTUNITY = ("HPE Opportunity ID", "Opportunity NAme", "Account ST ID", "Account Name", "Product Line")
PROJECT = (
    "Import_Date", "Last Refresh Date", "PV302", "PRJ L04 BA Name", "Profit Center", "Country ID", "Country", "PRJ Practice",
    "PRJ Function", "PRJ Business Area", "PRJ Segment", "PRJ Profit Center", "PRJ Region", "PRJ Geo", "Project", "Health",
    "PRJ Description", "PRJ Siebel ID", "PRJ Customer", "PRJ Customer ID", "PRJ Resp Person", "PRJ Resp Person ID", "PRJ Industry Code",
    "PRJ Resp Cost Center", "PRJ Status Description", "PRJ Admin", "PRJ System Status", "PRJ Contract Terms", "PRJ Revenue Recognition",
    "PRJ Start Date", "PRJ End Date", "PRJ Size", "PRJ Size Sort", "PRJ Length", "PRJ Length Sort", "PRJ Days", "PRJ Financial Status",
    "PRJ Stage Status", "WBS Project Type", "Packaged Services Flag", "Account ST Name", "3rd Party Svc Cost", "3rd Party Mat Cost",
    "Labor Cost",
)  # fmt: skip
SERVICES = ("Practice", "Sub-Practice", "Services")
SERVICE_CREDITS = (
    "ProjectID", "ProjectName", "PracticeName", "PurchasedCredits", "ConvertedCredits", "DeliveredCredits",
    "ConvertedNotDeliveredCredits", "ActiveCredits", "ExpiryInDays", "ContractEndDate",
)  # fmt: skip

DATA_EXPORT = {
    "Install Base": INSTALL_BASE,
    "Opportunity": OPPORTUNITY,
    "A&PS Project sample": PROJECT,
    "Services": SERVICES,
    "Service Credits": SERVICE_CREDITS,
}
"""Sheet → headers of the DataExport layout."""

ST_ID = "ST ID"
ST_ID_SHEETS = ("A&PS Project sample", "Service Credits")
"""The sheets that carry ``ST ID`` in the third layout."""

CONSOLIDATED_SHEETS = {
    "Install Base": "Raw_install_base",
    "Opportunity": "Raw_opportunities",
    "Service Credits": "Raw_service_credits",
    "A&PS Project sample": "Raw_projects",
    "Services": "Raw_services",
}
"""DataExport sheet → consolidated sheet, in the order of the consolidated workbook."""

CONSOLIDATED_OPPORTUNITY = (
    "opportunityid__c", "opportunity_description", "opportunity_name", "opportunity_account_name", "account_sales_territory_id",
    "opportunity_owner__r_name", "product_line__c",
)  # fmt: skip
MAPPED_AREAS = ("mapped_business_area", "mapped_practice_area")

_SNAKE = {
    "ProjectID": "project_id",
    "ProjectName": "project_name",
    "PracticeName": "practice_name",
    "PurchasedCredits": "purchased_credits",
    "ConvertedCredits": "converted_credits",
    "DeliveredCredits": "delivered_credits",
    "ConvertedNotDeliveredCredits": "converted_not_delivered_credits",
    "ActiveCredits": "active_credits",
    "ExpiryInDays": "expiry_in_days",
    "ContractEndDate": "contract_end_date",
    "3rd Party Svc Cost": "col_3rd_party_svc_cost",
    "3rd Party Mat Cost": "col_3rd_party_mat_cost",
}


def snake(header: str) -> str:
    """The consolidated layout's spelling of a DataExport header."""
    return _SNAKE.get(header, header.lower().replace(" ", "_").replace("-", "_"))
