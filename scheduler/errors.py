"""Every exception that the scheduler raises on purpose.

SchedulerError
    InputError            what came in cannot be right; says where and what to do
        UnknownReference  an id that nothing carries
        TaskCannotFit     no mode of a task fits even an empty lab
        UnsupportedFormat a file of another kind or version
    NotFound              the thing asked for does not exist (or is not yours to see)
    Conflict              somebody was faster
        StaleSchedule     the schedule in force changed since the draft was made
        SlotTaken         the slot was booked meanwhile
        HoldExpired       the hold ran out
    Forbidden             known, but not allowed
    Defect                our own fault: keep the problem file and report it
        ScheduleRejected  the verifier found a violation in a schedule of ours
        ModelInvalid      the solver refused the model we built
    StorageError          the database cannot answer now

Infeasible and out-of-time are outcomes (`scheduler.model.result.Outcome`), not exceptions.
"""


class SchedulerError(Exception):
    """Base of all deliberate errors; `str(error)` is one sentence for people."""


class InputError(SchedulerError):
    """Input that cannot be right: what, where (`path`), and what to do about it."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.message = message
        self.path = path


class UnknownReference(InputError):
    """An id that nothing in reach carries."""


class TaskCannotFit(InputError):
    """No mode of a task fits any window, even on an empty lab."""


class UnsupportedFormat(InputError):
    """A file whose `format` is of another kind or a version this program does not read."""


class NotFound(SchedulerError):
    """The thing asked for does not exist."""


class Conflict(SchedulerError):
    """Somebody was faster; read again and decide again."""


class StaleSchedule(Conflict):
    """The schedule in force has changed since the draft was made."""


class SlotTaken(Conflict):
    """The slot was booked by somebody else meanwhile."""


class HoldExpired(Conflict):
    """The hold ran out before it was accepted."""


class Forbidden(SchedulerError):
    """Known, but not allowed."""


class Defect(SchedulerError):
    """Our own fault; keep the problem file and report it."""


class ScheduleRejected(Defect):
    """The verifier found violations in a schedule that we made."""


class ModelInvalid(Defect):
    """The solver refused the model that we built."""


class StorageError(SchedulerError):
    """The database cannot answer now."""
