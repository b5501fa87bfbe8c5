"""What is sold, one row a product."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ProductContract(dy.Schema):
    """What a row of products must satisfy."""

    product_id = dy.String(nullable=False, description="Id of the product.")
    product_name = dy.String(nullable=True, description="Name.")
    product_category = dy.String(nullable=True, description="Category.", metadata={"category": True})
    product_line = dy.String(nullable=True, description="Product line.", metadata={"category": True})
    list_price = dy.Float64(
        nullable=True, min=0, description="Price on the list, of one unit (a year of it where it recurs).", metadata={"unit": "money"}
    )
    unit_cost = dy.Float64(nullable=True, min=0, description="Cost of one unit.", metadata={"unit": "money"})
    currency = dy.String(nullable=True, description="ISO 4217 code of price and cost; none: the workspace's currency.")
    is_recurring = dy.Bool(nullable=True, description="Whether it is sold by time.")
    launch_date = dy.Date(nullable=True, description="Day from which it is sold.")
    end_of_sale_date = dy.Date(nullable=True, description="Day up to which it is sold.", metadata={"forward": True})
    successor_id = dy.String(nullable=True, description="Product that succeeds it.")


TABLE = Table(
    id="products",
    label="Products",
    doc="What is sold, one row a product.",
    contract=ProductContract,
    key=("product_id",),
    fact=False,
)
