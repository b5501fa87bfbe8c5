"""Headers by which CRMs and finance systems know the columns of the sales model, beside the columns' own names."""

from __future__ import annotations

_CUSTOMER = {
    "customer_id": ("Account ID", "AccountId", "Company ID", "Customer Number", "Associated Company ID", "Client ID"),
    "account_name": ("Account Name", "Company Name", "Company", "Customer Name", "Customer", "Client"),
}
_OWNER = {
    "owner_id": ("Owner ID", "OwnerId", "Sales Rep ID", "Rep ID"),
    "owner_name": ("Owner", "Owner Name", "Sales Rep", "Opportunity Owner"),
}
_MONEY = {"currency": ("Currency ISO Code", "CurrencyIsoCode", "Currency Code", "Deal Currency Code")}
_SHARED = _CUSTOMER | _OWNER | _MONEY
_CREATED = {"created_date": ("Create Date", "CreatedDate", "Created On", "Created At", "Created")}
_SOURCE = {"lead_source": ("Source", "Original Source", "LeadSource")}

HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "companies": _OWNER
    | _CREATED
    | {
        "customer_id": ("Account ID", "AccountId", "Company ID", "Customer Number", "Record ID", "Id"),
        "account_name": ("Account Name", "Company Name", "Company", "Customer Name", "Name"),
        "parent_customer_id": ("Parent Account ID", "Parent ID", "ParentId", "Parent Company ID", "Parent Company"),
        "industry": ("Sector",),
        "size_class": ("Company Size", "Size", "Size Segment"),
        "employees": ("Number Of Employees", "NumberOfEmployees", "Employee Count", "Headcount"),
        "annual_revenue": ("AnnualRevenue", "Revenue"),
        "currency": _MONEY["currency"],
        "segment": ("Customer Segment", "Tier", "Account Tier"),
        "region": ("Sales Region",),
        "country": ("Billing Country", "BillingCountry"),
        "city": ("Billing City", "BillingCity"),
        "created_date": (*_CREATED["created_date"], "Customer Since"),
        "churned_date": ("Churn Date", "Lost Date"),
        "is_churned": ("Churned", "Churn", "Churn Flag"),
    },
    "contacts": _SHARED | _CREATED | {"contact_id": ("Id", "Record ID"), "contact_name": ("Name", "Full Name"), "job_title": ("Title", "Position"), "is_active": ("Active",)},
    "leads": _SHARED
    | _CREATED
    | _SOURCE
    | {"lead_id": ("Id", "Record ID"), "contact_name": ("Name", "Full Name"), "status": ("Lead Status",), "score": ("Lead Score",), "converted_date": ("ConvertedDate", "Conversion Date"), "opportunity_id": ("ConvertedOpportunityId", "Deal ID")},
    "opportunities": _SHARED
    | _CREATED
    | _SOURCE
    | {
        "opportunity_id": ("OpportunityId", "Deal ID", "Opportunity Number", "Record ID", "Id"),
        "opportunity_name": ("Opportunity", "Deal Name", "Deal", "Name"),
        "product_line": ("Product Family",),
        "stage": ("Stage Name", "StageName", "Deal Stage", "Sales Stage"),
        "amount": ("Deal Amount", "Opportunity Amount", "Deal Value"),
        "close_date": ("CloseDate", "Expected Close Date"),
        "is_won": ("IsWon", "Won"),
        "forecast_category": ("ForecastCategory", "Forecast Category Name", "ForecastCategoryName"),
        "probability": ("Probability (%)", "Deal Probability", "Win Probability"),
        "deal_type": ("Type", "Opportunity Type"),
        "competitor": ("Main Competitor", "Competitors", "MainCompetitors__c", "Primary Competitor"),
        "loss_reason": ("Closed Lost Reason", "Lost Reason", "Reason Lost"),
        "next_step": ("NextStep",),
        "contact_count": ("Number Of Associated Contacts", "Number Of Contacts"),
        "push_count": ("PushCount", "Times Pushed"),
        "stage_date": ("Last Stage Change Date", "LastStageChangeDate", "Stage Entered Date"),
        "last_activity_date": ("LastActivityDate", "Last Activity"),
        "team": ("Sales Team",),
        "region": ("Sales Region",),
    },
    "opportunity_history": _SHARED
    | {
        "opportunity_id": ("OpportunityId", "Deal ID"),
        "changed_at": ("Changed On", "Change Date", "Last Modified Date", "SystemModstamp", "Timestamp", "Valid From"),
        "stage": ("Stage Name", "StageName", "Deal Stage"),
        "close_date": ("CloseDate",),
        "forecast_category": ("ForecastCategory",),
        "probability": ("Probability (%)",),
        "next_step": ("NextStep",),
    },
    "products": _MONEY
    | {
        "product_id": ("Product Code", "SKU", "Id"),
        "product_name": ("Product", "Name"),
        "product_category": ("Category",),
        "product_line": ("Product Family", "Family"),
        "list_price": ("Price", "Unit Price"),
        "unit_cost": ("Cost",),
    },
    "transactions": _SHARED
    | {
        "transaction_id": ("Transaction Number", "Order ID", "Order Line ID"),
        "transaction_date": ("Date", "Order Date", "Booking Date"),
        "product_id": ("Product", "SKU", "Product Code"),
        "transaction_type": ("Type",),
        "amount": ("Net Amount", "Total", "Revenue"),
        "region": ("Sales Region",),
    },
    "contracts": _SHARED
    | {
        "contract_id": ("Contract Number", "Subscription ID"),
        "product_id": ("Product",),
        "contract_type": ("Type",),
        "start_date": ("Contract Start Date", "Start"),
        "end_date": ("Contract End Date", "End", "Renewal Date"),
        "amount": ("Contract Value", "Total Contract Value", "TCV"),
        "annual_value": ("ARR", "ACV", "Annual Contract Value", "Annual Recurring Revenue"),
        "term_months": ("Contract Term", "Term"),
        "auto_renew": ("Auto Renewal",),
        "renewal_of": ("Previous Contract", "Renewed Contract"),
    },
    "invoices": _SHARED | {"invoice_id": ("Invoice Number", "Invoice No"), "invoice_date": ("Date", "Issued"), "amount": ("Invoice Amount", "Total"), "amount_paid": ("Paid",), "paid_date": ("Date Paid",)},
    "payments": _SHARED | {"payment_id": ("Payment Number", "Payment No"), "invoice_id": ("Invoice Number", "Invoice No"), "payment_date": ("Date", "Received On"), "amount": ("Payment Amount",), "method": ("Payment Method",)},
    "activities": _SHARED
    | {
        "activity_id": ("Task ID", "Event ID", "Engagement ID"),
        "opportunity_id": ("Deal ID", "OpportunityId", "Related To ID", "WhatId"),
        "contact_id": ("WhoId",),
        "activity_date": ("Date", "ActivityDate", "Due Date"),
        "activity_type": ("Type",),
        "outcome": ("Result", "Call Result"),
        "sentiment": ("Sentiment Score",),
        "duration_minutes": ("Duration",),
    },
    "people": {"person_id": ("User ID", "Rep ID", "Employee ID"), "person_name": ("Name", "Full Name"), "role": ("Title", "User Role"), "team": ("Sales Team",), "region": ("Sales Region",), "manager_id": ("ManagerId", "Reports To")},
    "quotas": _MONEY | {"person_id": ("User ID", "Rep ID", "QuotaOwnerId"), "team": ("Sales Team",), "period_start": ("Start Date", "Quarter Start"), "period_end": ("End Date", "Quarter End"), "amount": ("Quota", "Quota Amount", "Target")},
    "exchange_rates": {"currency": ("Currency ISO Code", "From Currency"), "base_currency": ("To Currency",), "rate_date": ("Date", "Start Date", "Valid From"), "rate": ("Conversion Rate", "Exchange Rate")},
}  # fmt: skip
"""Table → column → headers. The first that fits stands for a column; a header may mean another column in another table."""
