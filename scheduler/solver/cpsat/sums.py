"""Linear expressions in parts, so that they can be weighed and added up before the solver sees them."""

from dataclasses import dataclass, field

from ortools.sat.python import cp_model


@dataclass(slots=True)
class Sum:
    """A linear expression in parts."""

    constant: int = 0
    variables: list[cp_model.IntVar] = field(default_factory=list)
    coefficients: list[int] = field(default_factory=list)

    def add(self, variable: cp_model.IntVar, coefficient: int) -> None:
        """Adds coefficient x variable."""
        if coefficient:
            self.variables.append(variable)
            self.coefficients.append(coefficient)

    def add_times(self, other: "Sum", factor: int) -> None:
        """Adds factor x other."""
        self.constant += other.constant * factor
        for variable, coefficient in zip(other.variables, other.coefficients, strict=True):
            self.add(variable, coefficient * factor)

    def expression(self) -> cp_model.LinearExprT:
        """The solver's form."""
        return cp_model.LinearExpr.weighted_sum(self.variables, self.coefficients) + self.constant

    def magnitude(self) -> int:
        """A value that neither the sum nor any part of it exceeds in absolute size."""
        return abs(self.constant) + sum(abs(c) * max(abs(int(edge)) for edge in v.proto.domain) for v, c in zip(self.variables, self.coefficients, strict=True))
