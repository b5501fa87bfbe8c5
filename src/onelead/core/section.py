"""What every group of settings is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of settings. Unknown names are refused, so that a typing error is found; so are infinity and "not a number"."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
