"""How figures are written for people."""


def percent(share: float) -> str:
    """A share to a hundredth of a percent; what is open is never written as nothing."""
    return "<0.01%" if 0 < share < 0.00005 else f"{share:.2%}"
