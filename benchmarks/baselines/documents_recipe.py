"""The solution document's own recipe, as it is written there: pandas, openpyxl, scikit-learn, from the workbook to the three CSV files.

    python documents_recipe.py WORKBOOK OUTDIR

It follows the document's steps, names, weights and fills (0, False, 'Unknown', 999 days), its synthetic labels, its model and its
recommendation engine. Nothing is slowed down and nothing is tuned; the document's cross-validation is left out, in its favour.
It reads both layouts. Credits match no project in either, so their features are the document's defaults.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd
from documents_features import build_feature_set
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

SHEETS = {
    "install_base": ("Install Base", "Raw_install_base"),
    "opportunities": ("Opportunity", "Raw_opportunities"),
    "projects": ("A&PS Project sample", "Raw_projects"),
    "services": ("Services", "Raw_services"),
    "service_credits": ("Service Credits", "Raw_service_credits"),
}
RENAMED = {
    "hpe_opportunity_id": "opportunityid__c",
    "account_st_id": "account_sales_territory_id",
    "account_name": "opportunity_account_name",
    "product_line": "product_line__c",
}
DATES = {
    "install_base": [
        "product_end_of_life_date", "product_end_of_service_life_date", "final_service_start_date", "final_service_end_date",
    ],
    "projects": ["prj_start_date", "prj_end_date"],
    "service_credits": ["contract_end_date"],
}  # fmt: skip
CANDIDATES = [
    "urgency_score", "eol_urgency_score", "eos_urgency_score", "rfm_score", "recency_score", "frequency_score", "monetary_score",
    "platform_diversity", "practice_diversity", "total_products", "has_active_opportunities", "recent_engagement", "days_since_start",
    "total_projects", "geographic_diversity", "opportunity_propensity_score",
]  # fmt: skip
SIZES = {"<$50k": 25_000, "$50k-$500k": 275_000, "$500k-$1M": 750_000, "$1M - $5M": 3_000_000, ">$5M": 5_000_000}
TEMPLATES = {
    "critical_renewal": "Hi {customer_name}, our records show you have critical products reaching end-of-life.",
    "service_expansion": "Hi {customer_name}, I've noticed you're currently utilizing {utilization_rate}% of your service credits.",
    "cross_sell_high": "Hi {customer_name}, I'd love to show you what could complement your existing infrastructure.",
    "general_follow_up": "Hi {customer_name}, I wanted to follow up on your current plans.",
}


# --- OneleadDataLoader -------------------------------------------------------------------------------------------------


def snake(header: str) -> str:
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", header) if " " not in header and "_" not in header else header
    name = re.sub(r"[\s&-]+", "_", parts.strip()).lower()
    return RENAMED.get(name, name)


def load_excel_data(workbook: Path) -> dict[str, pd.DataFrame]:
    with pd.ExcelFile(workbook, engine="openpyxl") as book:
        names = {key: next(name for name in choices if name in book.sheet_names) for key, choices in SHEETS.items()}
        data = {key: pd.read_excel(book, sheet_name=name, na_values=["(null)"]) for key, name in names.items()}
    return {key: frame.rename(columns=snake).dropna(how="all") for key, frame in data.items()}


def preprocess_dates(frame: pd.DataFrame, columns: list[str], now: pd.Timestamp) -> pd.DataFrame:
    for column in columns:
        frame[column] = pd.to_datetime(frame[column], errors="coerce")
        frame[f"days_to_{column}"] = (frame[column] - now).dt.days
    return frame


def process_all_data(workbook: Path, now: pd.Timestamp) -> dict[str, pd.DataFrame]:
    data = load_excel_data(workbook)
    for key, columns in DATES.items():
        data[key] = preprocess_dates(data[key], columns, now)
    projects = data["projects"]
    projects["days_since_start"] = -projects["days_to_prj_start_date"]
    projects["is_success"] = projects["prj_stage_status"].eq("C")
    projects["is_resolved"] = projects["prj_stage_status"].isin(["C", "LOST", "NOBID"])
    projects["project_value"] = projects["prj_size"].map(SIZES).fillna(0)
    credit = data["service_credits"]
    credit["credit_utilization"] = (credit["purchased_credits"] - credit["active_credits"]) / credit["purchased_credits"].where(
        credit["purchased_credits"] > 0
    )
    return data


# --- OpportunityPredictor ----------------------------------------------------------------------------------------------


def create_synthetic_labels(features: pd.DataFrame) -> pd.Series:
    scores = features["urgency_score"].rank(pct=True) * 2 + features["eol_urgency_score"].rank(pct=True) * 2
    scores += features["has_active_opportunities"].astype(int) * 1.5 + features["total_products"].rank(pct=True) * 0.5
    order = scores.sort_values(ascending=False).index
    total = len(features)
    labels = pd.Series("Low", index=features.index)
    labels.loc[order[: total // 3]] = "High"
    labels.loc[order[total // 3 : 2 * total // 3]] = "Medium"
    return labels


def train_and_predict(features: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    labels = create_synthetic_labels(features)
    x = features[CANDIDATES].astype(float)
    x_train, x_test, y_train, y_test = train_test_split(x, labels, test_size=0.2, random_state=42, stratify=labels)
    scaler = StandardScaler().fit(x_train)
    model = GradientBoostingClassifier(n_estimators=100, learning_rate=0.1, max_depth=6, random_state=42)
    model.fit(scaler.transform(x_train), y_train)
    accuracy = {
        "train": accuracy_score(y_train, model.predict(scaler.transform(x_train))),
        "test": accuracy_score(y_test, model.predict(scaler.transform(x_test))),
    }
    scaled = scaler.transform(x)
    chances = pd.DataFrame(model.predict_proba(scaled), index=features.index, columns=model.classes_)
    result = features.copy()
    result["predicted_propensity"] = model.predict(scaled)
    result["prediction_confidence"] = chances.max(axis=1)
    for name in ("High", "Medium", "Low"):
        result[f"prob_{name.lower()}"] = chances[name]
    result["composite_score"] = result["prob_high"] * 0.6 + result["prob_medium"] * 0.3 + result["prediction_confidence"] * 0.1
    return result.sort_values("composite_score", ascending=False), accuracy


# --- ConsultantRecommendationEngine ------------------------------------------------------------------------------------


def customer_recommendations(customer: pd.Series) -> dict[str, object]:
    actions: list[dict[str, object]] = []
    flags: list[str] = []
    if customer.get("eol_urgency_score", 0) >= 3:
        actions.append({"type": "critical_renewal", "priority": 10, "urgency": "Critical", "timeline": "Immediate action required"})
        flags.append("Products at end of life")
    if customer.get("avg_credit_utilization", 0) < 0.5:
        actions.append({"type": "service_expansion", "priority": 5, "urgency": "Medium", "timeline": "Within 60 days"})
    if customer.get("platform_diversity", 0) <= 2:
        actions.append({"type": "cross_sell_high", "priority": 6, "urgency": "Medium", "timeline": "Within 90 days"})
    if customer.get("contract_renewal_urgency", 0) == 1:
        flags.append("Contract ends within 90 days")
    actions.sort(key=lambda action: -int(str(action["priority"])))
    kind = str(actions[0]["type"]) if actions else "general_follow_up"
    rate = round(100 * float(customer.get("avg_credit_utilization", 0)))
    opener = TEMPLATES[kind].format(customer_name=customer["customer_id"], utilization_rate=rate)
    return {"type": kind, "urgency": actions[0]["urgency"] if actions else "Low", "count": len(actions), "flags": flags, "opener": opener}


def batch_generate_recommendations(predictions: pd.DataFrame, top_n: int = 50) -> pd.DataFrame:
    rows = []
    for _, customer in predictions.nlargest(top_n, "prediction_confidence").iterrows():
        found = customer_recommendations(customer)
        rows.append(
            {
                "customer_id": customer["customer_id"],
                "predicted_propensity": customer["predicted_propensity"],
                "prediction_confidence": customer["prediction_confidence"],
                "top_action_type": found["type"],
                "top_action_urgency": found["urgency"],
                "num_actions": found["count"],
                "risk_flags": "; ".join(map(str, found["flags"])) or "None",  # type: ignore[call-overload]
                "conversation_starter": found["opener"],
            }
        )
    return pd.DataFrame(rows)


def main(workbook: Path, out: Path) -> None:
    features = build_feature_set(process_all_data(workbook, pd.Timestamp.now()))
    predictions, accuracy = train_and_predict(features)
    out.mkdir(parents=True, exist_ok=True)
    predictions.to_csv(out / "customer_predictions.csv", index=False)
    predictions.head(50).to_csv(out / "top_opportunities.csv", index=False)
    batch_generate_recommendations(predictions).to_csv(out / "consultant_recommendations.csv", index=False)
    print(f"{len(predictions)} customer ids, {features.shape[1]} columns, agreement with its own labels: {accuracy}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
