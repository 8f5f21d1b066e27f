"""What a request takes in every placement."""

from scheduler.solver.certain import Certain, certain_uses
from scheduler.solver.squeaky import serve_more
from tests.placement.builders import instance, mode, need, request, resource, task


def test_certain_is_what_lies_between_the_latest_start_and_the_earliest_end() -> None:
    asked = request(task(mode(5, need([0], 5), need([1, 2], 5), need([3], 5, during="tail", part=1), first=2, last=4)))
    assert certain_uses(asked) == (Certain(0, 4, 7, 1),)
    fixed = request(task(mode(5, need([0], 5), need([3], 5, during="tail", part=1), first=2, last=2)))
    assert certain_uses(fixed) == (Certain(0, 2, 7, 1), Certain(3, 6, 7, 1))
    assert certain_uses(request(task(mode(5, need([0], 5), first=0, last=5)))) == ()


def test_certain_is_what_all_modes_have_in_common() -> None:
    modes = (mode(4, need([0, 1], 4, count=2), first=3, last=3), mode(2, need([0], 2), need([2], 2), first=4, last=4, name="short"))
    assert certain_uses(request(task(*modes))) == (Certain(0, 4, 6, 1),)


def test_nobody_takes_what_another_cannot_do_without() -> None:
    # The first would rather have the chamber that the second, as little free, cannot do without.
    chambers = [resource("a", "######"), resource("b", "######")]
    easy = request(task(mode(6, need([0, 1], 6, preferred=[0]), first=0, last=0)), task(mode(1, need([2], 1), first=0, last=0)), name="easy")
    bound = request(task(mode(6, need([0], 6), first=0, last=0)), name="bound")
    whole = instance(6, [*chambers, resource("c", "######")], easy, bound)
    # Over after one pass: asked once before it and once a request.
    answers = iter([False, False, False])
    plan = serve_more(whole, {}, 1, lambda: next(answers, True))
    assert sorted(plan) == [0, 1]
    assert plan[1][0].resources == ((0,),)
