"""Which resources a select admits, whatever the time."""

from collections import defaultdict
from collections.abc import Sequence

from scheduler.model.lab import Lab, Resource
from scheduler.model.request import FeatureBound, Requirement, Select


class Eligibility:
    """Answers for one lab which resources may serve a select; each select is worked out once.

    An institute's year asks the same few hundred selects a hundred thousand times, hence the
    cache; a country has thousands of resources, hence the indexes.
    """

    def __init__(self, lab: Lab) -> None:
        self._resources = lab.resources
        self._answers: dict[Select, tuple[int, ...]] = {}
        self._holders: dict[tuple[Select, str], tuple[int, ...]] = {}
        self._anywhere: dict[_Query, _Places] = {}
        self._by_id: dict[str, int] = {}
        self._by_kind: dict[str, list[int]] = defaultdict(list)
        self._by_qualification: dict[str, list[int]] = defaultdict(list)
        for position, resource in enumerate(lab.resources):
            self._by_id.setdefault(resource.id, position)
            self._by_kind[resource.kind].append(position)
            for name in dict.fromkeys(each.name for each in resource.qualifications):
                self._by_qualification[name].append(position)

    def candidates(self, select: Select) -> tuple[int, ...]:
        """Positions in `lab.resources`, ascending, that `select` admits.

        Looks at ids, kind, sites (a resource without a site, or one that travels, is at every
        site), features, languages, and the names and levels of qualifications; not at their
        validity dates, nor at calendars and capacity. Ids that nothing carries admit nothing.
        """
        answer = self._answers.get(select)
        if answer is None:
            answer = self._answers[select] = self._search(select)
        return answer

    def candidates_for(self, requirement: Requirement) -> tuple[int, ...]:
        """Positions that the requirement's select admits and that can hold its recipe, ascending; demand and count are not looked at."""
        admitted = self.candidates(requirement.select)
        recipe = requirement.recipe
        if recipe is None:
            return admitted
        key = (requirement.select, recipe)
        answer = self._holders.get(key)
        if answer is None:
            answer = self._holders[key] = tuple(each for each in admitted if can_hold(self._resources[each], recipe))
        return answer

    def position(self, resource: str) -> int | None:
        """Where the resource with this id stands in `lab.resources`; None if there is none."""
        return self._by_id.get(resource)

    def _search(self, select: Select) -> tuple[int, ...]:
        # Requests differ far more in the sites they allow than in what they ask for.
        query = (select.ids, select.kind, select.qualification, select.level, select.languages, select.features)
        places = self._anywhere.get(query)
        if places is None:
            places = self._anywhere[query] = self._search_anywhere(select)
        if not select.sites:
            return tuple(sorted(each for group in places.values() for each in group))
        return tuple(sorted(each for site in {None, *select.sites} for each in places.get(site, ())))

    def _search_anywhere(self, select: Select) -> "_Places":
        lists: list[Sequence[int]] = []
        if select.ids:
            lists.append([self._by_id[each] for each in dict.fromkeys(select.ids) if each in self._by_id])
        if select.qualification is not None:
            lists.append(self._by_qualification.get(select.qualification, []))
        if select.kind is not None:
            lists.append(self._by_kind.get(select.kind, []))
        # The shortest list first: a query then costs as little as its narrowest part.
        lists.sort(key=len)
        found = set(lists[0]).intersection(*lists[1:]) if lists else range(len(self._resources))
        places: _Places = defaultdict(list)
        for each in found:
            resource = self._resources[each]
            if covers_features(resource, select) and has_level(resource, select) and speaks(resource, select):
                places[place_of(resource)].append(each)
        return dict(places)


_Query = tuple[tuple[str, ...], str | None, str | None, int, tuple[str, ...], tuple[FeatureBound, ...]]
_Places = dict[str | None, list[int]]


def covers_features(resource: Resource, select: Select) -> bool:
    """Whether for every feature bound of `select` one feature of `resource` of that name covers the whole range."""
    return all(any(has.name == asked.name and has.low <= asked.low and asked.high <= has.high for has in resource.features) for asked in select.features)


def has_level(resource: Resource, select: Select) -> bool:
    """Whether `resource`, which holds the qualification that `select` may name, holds it at its level or above at some time."""
    return select.level == 1 or any(each.name == select.qualification and each.level >= select.level for each in resource.qualifications)


def speaks(resource: Resource, select: Select) -> bool:
    """Whether `resource` speaks all languages of `select`."""
    return all(each in resource.languages for each in select.languages)


def can_hold(resource: Resource, recipe: str | None) -> bool:
    """Whether `resource` can be set to `recipe`; without a list of recipes it can be set to any."""
    return recipe is None or not resource.recipes or recipe in resource.recipes


def place_of(resource: Resource) -> str | None:
    """The site where `resource` stays; None for one that has none, or that travels, which is at every site."""
    return None if resource.travel is not None else resource.site
