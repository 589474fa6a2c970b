"""Suppliers' names in the rows of an export to vendors, and why a row is left out where there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.intake.results import KEPT, FileResult
from toolkit.intake.suppliers import Suppliers
from toolkit.intake.values import Amounts

NO_SUPPLIER = "no supplier"
REDACTED = "redacted"
RIVALS = "supplier matches several vendors"
UNMATCHED = "supplier matches no vendor"


def match_suppliers(
    names: pd.Series, why: np.ndarray, amounts: Amounts, result: FileResult, suppliers: Suppliers
) -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
    """The reasons with those for which a supplier is no vendor; each name's vendor, and which name each row has."""
    codes, unique = pd.factorize(names)
    matches = [suppliers.match(name) for name in unique]
    hows = np.array([RIVALS if match.rivals else match.how for match in matches], dtype=object)[codes]
    tests = {
        NO_SUPPLIER: names.eq("").to_numpy(),
        REDACTED: hows == "redacted",
        RIVALS: hows == RIVALS,
        UNMATCHED: hows == "",
    }
    matched = np.select(list(tests.values()), list(tests), default=KEPT)
    why = np.where(why == KEPT, matched, why)
    left = (why == UNMATCHED) | (why == RIVALS)
    result.unmatched.append(_by_supplier(codes, unique, amounts, left))
    vendors = pd.DataFrame({"vendor": [match.vendor for match in matches], "how": [match.how for match in matches]})
    return why, vendors.astype("str"), codes


def _by_supplier(codes: np.ndarray, names: pd.Index, amounts: Amounts, where: np.ndarray) -> pd.DataFrame:
    """Rows and pence by supplier, for the rows told: one row is a supplier's name as written."""
    sums = pd.DataFrame({"rows": 1, "pence": amounts.pence[where]}).groupby(codes[where]).sum()
    return sums.assign(supplier=names.to_numpy(object)[sums.index.to_numpy(int)]).reset_index(drop=True)
