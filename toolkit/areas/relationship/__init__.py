"""The relationship area: is this a working partnership?"""

from __future__ import annotations

from toolkit.areas.relationship.tables import TABLES

__all__ = ["TABLES"]
