"""Which resources a select admits, whatever the time."""

from scheduler.model.lab import Resource
from scheduler.model.request import Select


def refusal(select: Select, resource: Resource) -> str:
    """Why `select` never admits the resource; empty if it does, at least as long as its qualification is valid."""
    if select.ids and resource.id not in select.ids:
        return "is not among the resources named"
    if select.kind is not None and resource.kind != select.kind:
        return f"is of kind {resource.kind!r}, not {select.kind!r}"
    # Who travels is at every site, like what has none.
    if select.sites and resource.site is not None and resource.travel is None and resource.site not in select.sites:
        return f"is at site {resource.site!r}, which is not among the sites wanted"
    for bound in select.features:
        if not any(each.name == bound.name and each.low <= bound.low and bound.high <= each.high for each in resource.features):
            return f"does not cover {bound.name!r} from {bound.low:g} to {bound.high:g}"
    if select.qualification is not None and not any(each.name == select.qualification and each.level >= select.level for each in resource.qualifications):
        return f"is not qualified for {select.qualification!r}" + ("" if select.level == 1 else f" at level {select.level} or above")
    for language in select.languages:
        if language not in resource.languages:
            return f"does not speak {language!r}"
    return ""
