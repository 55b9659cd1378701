"""The provider's view and the books, held side by side, day by day. Every difference is shown until somebody resolves it."""
from marketplace.money.reconciliation.service.comparing import compare
from marketplace.money.reconciliation.service.reading import read_lines
from marketplace.money.reconciliation.service.resolving import resolve
from marketplace.money.reconciliation.service.running import ask, reconcile, reconcile_daily

__all__ = ["ask", "compare", "read_lines", "reconcile", "reconcile_daily", "resolve"]
