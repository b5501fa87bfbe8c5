"""Rows of the workbook layouts as canonical tables, and canonical tables as files."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from onelead.samples._workbook import Cell
    from onelead.tables._base import Table

COLUMNS: dict[str, dict[str, str]] = {
    "assets": {
        "asset_id": "Serial_Number_Id", "product_id": "Product_Id", "product_description": "Line_Description_Name",
        "product_category": "Product_Platform_Description_Name", "business_area": "Business_Area_Description_Name",
        "product_name": "Product_Name", "territory_id": "Account_Sales_Territory_Id", "business_unit": "Legacy_Global_Business_Unit",
        "end_of_life_date": "Product_End_of_Life_Date", "end_of_service_date": "Product_End_of_Service_Life_Date",
        "support_start_date": "Final_Service_Start_Date", "support_end_date": "Final_Service_End_Date",
        "support_source": "Final_Service_Source", "support_status": "Support_Status", "service_agreement_id": "Service_Agreement_Id",
    },
    "opportunities": {
        "opportunity_id": "HPE Opportunity ID", "opportunity_name": "Opportunity NAme", "territory_id": "Account ST ID",
        "account_name": "Account Name", "product_line": "Product Line",
    },
    "projects": {
        "project_id": "Project", "project_description": "PRJ Description", "opportunity_id": "PRJ Siebel ID", "territory_id": "ST ID",
        "territory_name": "Account ST Name", "customer_id": "PRJ Customer ID", "account_name": "PRJ Customer", "practice": "PRJ Practice",
        "function": "PRJ Function", "business_area": "PRJ Business Area", "segment": "PRJ Segment", "region": "PRJ Region", "geo": "PRJ Geo",
        "country": "Country", "country_id": "Country ID", "industry_code": "PRJ Industry Code", "start_date": "PRJ Start Date",
        "end_date": "PRJ End Date", "size_bucket": "PRJ Size", "length_bucket": "PRJ Length", "days": "PRJ Days",
        "stage_status": "PRJ Stage Status", "financial_status": "PRJ Financial Status", "health": "Health",
        "status_description": "PRJ Status Description", "system_status": "PRJ System Status", "contract_terms": "PRJ Contract Terms",
        "project_type": "WBS Project Type", "packaged_service": "Packaged Services Flag", "responsible_person": "PRJ Resp Person",
        "responsible_person_id": "PRJ Resp Person ID", "third_party_service_cost": "3rd Party Svc Cost",
        "third_party_material_cost": "3rd Party Mat Cost", "labor_cost": "Labor Cost", "import_date": "Import_Date",
        "last_refresh_date": "Last Refresh Date",
    },
    "services": {"practice": "Practice", "sub_practice": "Sub-Practice", "service": "Services"},
    "service_credits": {
        "project_id": "ProjectID", "project_name": "ProjectName", "territory_id": "ST ID", "practice": "PracticeName",
        "purchased_credits": "PurchasedCredits", "converted_credits": "ConvertedCredits", "delivered_credits": "DeliveredCredits",
        "converted_not_delivered_credits": "ConvertedNotDeliveredCredits", "active_credits": "ActiveCredits",
        "expiry_bucket": "ExpiryInDays", "contract_end_date": "ContractEndDate",
    },
}  # fmt: skip
"""Table → canonical column → header of the DataExport layout."""

_FLAGS = {"Yes": True, "No": False, "Y": True, "N": False}


def schema(table: str) -> pl.Schema:
    """The columns and types that the contract of ``table`` names."""
    found: Table = importlib.import_module(f"onelead.tables.{table}").TABLE
    return found.contract.create_empty().schema


def frame(table: str, rows: Sequence[Mapping[str, Cell]]) -> pl.DataFrame:
    """``rows`` (by DataExport header) as the canonical ``table``; literal "(null)" becomes null."""
    headers = COLUMNS[table]
    columns = {
        name: [_typed(row.get(headers[name]) if name in headers else None, kind) for row in rows] for name, kind in schema(table).items()
    }
    return pl.DataFrame(columns, schema=schema(table))


def _typed(value: Cell, kind: pl.DataType) -> Cell:
    if value is None or value == "(null)":
        return None
    if kind == pl.String:
        return str(value)
    if kind == pl.Boolean:
        return _FLAGS[str(value)]
    return float(value) if kind == pl.Float64 and isinstance(value, int) else value


def write_tables(out: Path, tables: Mapping[str, pl.DataFrame]) -> list[Path]:
    """Write each table as one Parquet file into the directory ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for name, table in tables.items():
        files.append(out / f"{name}.parquet")
        table.write_parquet(files[-1], compression="zstd", compression_level=1)
    return files


def conform(table: str, made: pl.DataFrame) -> pl.DataFrame:
    """``made`` with exactly the columns and types of the contract of ``table``; columns that it lacks are null."""
    wanted = schema(table)
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in wanted.items() if name not in made.columns]
    return made.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in wanted.items())
