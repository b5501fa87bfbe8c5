"""The features of the solution document's own recipe, as they are written there; part of documents_recipe.py."""

from __future__ import annotations

import pandas as pd

WEIGHTS = {
    "urgency_score": 0.30,
    "rfm_score": 0.25,
    "project_success_rate": 0.20,
    "platform_diversity": 0.10,
    "practice_diversity": 0.10,
    "has_active_opportunities": 0.05,
}


def create_customer_master(data: dict[str, pd.DataFrame]) -> pd.DataFrame:
    ids = pd.concat(
        [
            data["install_base"]["account_sales_territory_id"],
            data["opportunities"]["account_sales_territory_id"],
            data["projects"]["prj_customer_id"],
        ]
    )
    unique = pd.to_numeric(ids, errors="coerce").dropna().astype("int64").drop_duplicates()
    return pd.DataFrame({"customer_id": unique.to_numpy()})


def urgency(days: pd.Series) -> pd.Series:
    return pd.Series(1, index=days.index).mask(days < 730, 2).mask(days < 365, 3)


def create_install_base_features(customers: pd.DataFrame, install_base: pd.DataFrame) -> pd.DataFrame:
    features = install_base.groupby("account_sales_territory_id").agg(
        total_products=("serial_number_id", "count"),
        platform_diversity=("product_platform_description_name", "nunique"),
        business_area_diversity=("business_area_description_name", "nunique"),
        min_days_to_eol=("days_to_product_end_of_life_date", "min"),
        avg_days_to_eol=("days_to_product_end_of_life_date", "mean"),
        min_days_to_eos=("days_to_product_end_of_service_life_date", "min"),
        avg_days_to_eos=("days_to_product_end_of_service_life_date", "mean"),
    )
    features["eol_urgency_score"] = urgency(features["min_days_to_eol"])
    features["eos_urgency_score"] = urgency(features["min_days_to_eos"])
    return customers.merge(features, left_on="customer_id", right_index=True, how="left")


def create_opportunity_features(customers: pd.DataFrame, opportunities: pd.DataFrame) -> pd.DataFrame:
    features = opportunities.groupby("account_sales_territory_id").agg(
        opportunity_count=("opportunityid__c", "count"), product_line_diversity=("product_line__c", "nunique")
    )
    merged = customers.merge(features, left_on="customer_id", right_index=True, how="left")
    merged["has_active_opportunities"] = merged["opportunity_count"].fillna(0) > 0
    return merged


def create_service_credit_features(customers: pd.DataFrame, credit: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    owners = projects.dropna(subset=["project"]).drop_duplicates("project").set_index("project")["prj_customer_id"]
    owned = credit.assign(customer_id=pd.to_numeric(credit["project_id"].map(owners), errors="coerce")).dropna(subset=["customer_id"])
    features = owned.groupby("customer_id").agg(
        purchased_credits=("purchased_credits", "sum"),
        converted_credits=("converted_credits", "sum"),
        delivered_credits=("delivered_credits", "sum"),
        active_credits=("active_credits", "sum"),
        avg_credit_utilization=("credit_utilization", "mean"),
        days_to_contract_end=("days_to_contract_end_date", "min"),
    )
    merged = customers.merge(features, left_on="customer_id", right_index=True, how="left")
    merged["delivery_rate"] = merged["delivered_credits"] / merged["purchased_credits"]
    merged["low_utilization_risk"] = (merged["avg_credit_utilization"] < 0.5).astype(int)
    merged["contract_renewal_urgency"] = (merged["days_to_contract_end"].fillna(999) < 90).astype(int)
    return merged


def create_project_features(customers: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    owned = projects.assign(customer_id=pd.to_numeric(projects["prj_customer_id"], errors="coerce")).dropna(subset=["customer_id"])
    features = owned.groupby("customer_id").agg(
        total_projects=("project", "count"),
        practice_diversity=("prj_practice", "nunique"),
        geographic_diversity=("country", "nunique"),
        days_since_start=("days_since_start", "min"),
        avg_project_days=("prj_days", "mean"),
        project_value=("project_value", "sum"),
        successes=("is_success", "sum"),
        resolved=("is_resolved", "sum"),
    )
    features["project_success_rate"] = features["successes"] / features["resolved"].where(features["resolved"] > 0)
    return customers.merge(features.drop(columns=["successes", "resolved"]), left_on="customer_id", right_index=True, how="left")


def tercile(values: pd.Series) -> pd.Series:
    return pd.qcut(values.rank(method="first"), 3, labels=[1, 2, 3]).astype(int)


def create_rfm_features(customers: pd.DataFrame) -> pd.DataFrame:
    days = customers["days_since_start"].fillna(999)
    customers["recent_engagement"] = days < 90
    customers["recency_score"] = pd.Series(1, index=days.index).mask(days < 90, 2).mask(days < 30, 3)
    customers["frequency_score"] = tercile(customers["total_projects"].fillna(0) + customers["opportunity_count"].fillna(0))
    customers["monetary_score"] = tercile(customers["project_value"].fillna(0) + 500 * customers["purchased_credits"].fillna(0))
    customers["rfm_score"] = customers[["recency_score", "frequency_score", "monetary_score"]].sum(axis=1)
    return customers


def create_propensity_score(customers: pd.DataFrame) -> pd.DataFrame:
    customers["opportunity_propensity_score"] = 0.0
    for name, weight in WEIGHTS.items():
        feature = customers[name].astype(float)
        spread = feature.max() - feature.min()
        if spread > 0:
            customers["opportunity_propensity_score"] += weight * (feature - feature.min()) / spread
    return customers


def build_feature_set(data: dict[str, pd.DataFrame]) -> pd.DataFrame:
    customers = create_customer_master(data)
    customers = create_install_base_features(customers, data["install_base"])
    customers = create_opportunity_features(customers, data["opportunities"])
    customers = create_service_credit_features(customers, data["service_credits"], data["projects"])
    customers = create_project_features(customers, data["projects"])
    customers = create_rfm_features(customers)
    dates = [name for name in customers.columns if name.startswith(("min_days", "avg_days", "days_"))]
    customers[dates] = customers[dates].fillna(999)
    numbers = customers.select_dtypes("number").columns
    customers[numbers] = customers[numbers].fillna(0)
    customers["urgency_score"] = customers[["eol_urgency_score", "eos_urgency_score"]].max(axis=1) + customers["contract_renewal_urgency"]
    return create_propensity_score(customers)
