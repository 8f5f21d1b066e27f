"""The revision of the schedule in force, drafts and publications."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from scheduler.errors import NotFound
from scheduler.model.codec import adapter, digest, dump, parse
from scheduler.model.problem import Problem
from scheduler.model.result import Score
from scheduler.model.schedule import Schedule
from scheduler.store.database import Transaction
from scheduler.store.records import DraftRecord, Publication
from scheduler.store.schema import draft, plan, problem, publication

_SCORE = adapter(Score)


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft with what publishing it needs to know."""

    record: DraftRecord
    schedule: Schedule
    score: Score
    serving_digest: str
    problem: Problem


def revision(tx: Transaction) -> int:
    """The revision of the schedule in force."""
    return int(tx.execute(select(plan.c.revision)).scalar_one())


def take_turn(tx: Transaction) -> int:
    """The revision; until this transaction ends nobody else changes the schedule in force, its lanes or the lab."""
    return int(tx.execute(select(plan.c.revision).with_for_update()).scalar_one())


def advance(tx: Transaction, expected: int) -> bool:
    """The revision is `expected + 1` now; False, and nothing happens, if it was not `expected`."""
    return tx.execute(update(plan).where(plan.c.revision == expected).values(revision=expected + 1)).rowcount == 1


def store_problem(tx: Transaction, new: Problem) -> str:
    """The problem is kept under its digest, which is returned; equal problems are kept once."""
    key = digest(new)
    if tx.execute(select(problem.c.digest).where(problem.c.digest == key)).one_or_none() is None:
        tx.execute(insert(problem).values(digest=key, body=dump(new)))
    return key


def problem_body(tx: Transaction, key: str) -> bytes:
    """The canonical JSON of the problem with that digest. Raises: NotFound."""
    found = tx.execute(select(problem.c.body).where(problem.c.digest == key)).scalar_one_or_none()
    if found is None:
        raise NotFound(f"there is no problem {key!r}")
    return bytes(found)


def add_draft(tx: Transaction, new: DraftRecord, schedule: Schedule, score: Score, serving_digest: str, problem_digest: str) -> None:
    """The draft is stored."""
    tx.execute(
        insert(draft).values(
            id=new.id,
            run=new.run,
            created_at=new.created_at,
            base_revision=new.base_revision,
            serving_digest=serving_digest,
            problem=problem_digest,
            schedule=dump(schedule),
            score=_SCORE.dump_json(score).decode(),
            served=new.served,
            unserved=new.unserved,
            added=new.added,
            moved=new.moved,
            cancelled=new.cancelled,
            published_revision=None,
        )
    )


def find_draft(tx: Transaction, draft_id: str) -> StoredDraft:
    """The draft with that id. Raises: NotFound."""
    row = tx.execute(select(draft, problem.c.body).join(problem, problem.c.digest == draft.c.problem).where(draft.c.id == draft_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no draft {draft_id!r}")
    return StoredDraft(_draft_record(row), parse(Schedule, row.schedule), _SCORE.validate_json(row.score), row.serving_digest, parse(Problem, row.body))


def list_drafts(tx: Transaction, limit: int) -> tuple[DraftRecord, ...]:
    """The latest drafts, newest first."""
    columns = [column for column in draft.c if column.name not in ("schedule", "score")]
    return tuple(map(_draft_record, tx.execute(select(*columns).order_by(draft.c.number.desc()).limit(limit))))


def mark_published(tx: Transaction, draft_id: str, at_revision: int) -> None:
    """The draft made that revision."""
    tx.execute(update(draft).where(draft.c.id == draft_id).values(published_revision=at_revision))


def add_publication(tx: Transaction, new: Publication) -> None:
    """The publication is noted."""
    tx.execute(
        insert(publication).values(
            revision=new.revision,
            draft=new.draft,
            actor=new.actor,
            published_at=new.published_at,
            added=new.added,
            moved=new.moved,
            cancelled=new.cancelled,
            reason=new.reason,
        )
    )


def find_publication(tx: Transaction, at_revision: int) -> Publication:
    """The publication that made that revision. Raises: NotFound."""
    row = tx.execute(select(publication).where(publication.c.revision == at_revision)).one_or_none()
    if row is None:
        raise NotFound(f"there is no revision {at_revision}")
    return Publication(**row._mapping)


def list_publications(tx: Transaction, limit: int) -> tuple[Publication, ...]:
    """The latest publications, newest first."""
    return tuple(Publication(**row._mapping) for row in tx.execute(select(publication).order_by(publication.c.revision.desc()).limit(limit)))


def _draft_record(row: "Row[Any]") -> DraftRecord:
    return DraftRecord(
        id=row.id,
        run=row.run,
        created_at=row.created_at,
        base_revision=row.base_revision,
        served=row.served,
        unserved=row.unserved,
        added=row.added,
        moved=row.moved,
        cancelled=row.cancelled,
        published_revision=row.published_revision,
    )
