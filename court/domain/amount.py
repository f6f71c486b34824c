"""Sums of money as people write them: to the cent, with commas, without a needless .00. What they are for is elsewhere."""

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Rounded to the cent, halves up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def yuan(amount: Decimal) -> str:
    """12,345.67, without the unit."""
    return f"{cents(amount):,}".removesuffix(".00")


def of_fen(fen: int) -> str:
    """A sum kept in fen: 12,345.60元."""
    return f"{yuan(Decimal(fen) / 100)}元"
