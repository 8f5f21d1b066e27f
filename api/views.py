"""From records to answers, one function per answer; pure."""

from datetime import timedelta

from api.schemas import (
    BookingView,
    ChangeView,
    DraftView,
    FeedView,
    LabView,
    MethodView,
    PublicationView,
    RequestView,
    ResourceView,
    RunEventView,
    RunView,
    SiteView,
)
from scheduler.model.catalogue import Method
from scheduler.model.lab import Lab
from scheduler.service.records import BookingRecord, Draft, FeedRecord, Publication, RequestRecord, RunEvent, RunRecord


def request_view(record: RequestRecord) -> RequestView:
    """A stored request as the API shows it."""
    return RequestView(
        id=record.id,
        company=record.company,
        state=record.state,
        version=record.version,
        created_at=record.created_at,
        updated_at=record.updated_at,
        reasons=record.reasons,
        request=record.request,
    )


def method_view(method: Method) -> MethodView:
    """A method as companies choose it."""
    return MethodView(
        id=method.id,
        name=method.name,
        name_en=method.name_en,
        standard=method.standard,
        field=method.field,
        duration_minutes=[each // timedelta(minutes=1) for each in method.durations],
    )


def lab_view(lab: Lab, version: int) -> LabView:
    """Sites and resources, in the lab's order."""
    return LabView(
        version=version,
        sites=[
            SiteView(id=each.id, name=each.name, name_en=each.name_en, institute=each.institute, region=each.region, time_zone=each.time_zone)
            for each in lab.sites
        ],
        resources=[
            ResourceView(id=each.id, name=each.name, name_en=each.name_en, kind=each.kind, site=each.site, capacity=each.capacity, batch=each.batch)
            for each in lab.resources
        ],
    )


def run_view(record: RunRecord) -> RunView:
    """A planning run with the latest that is known of it."""
    return RunView(
        id=record.id,
        state=record.state,
        requested_at=record.requested_at,
        started_at=record.started_at,
        finished_at=record.finished_at,
        limits=record.limits,
        horizon=record.horizon,
        base_revision=record.base_revision,
        requests=record.requests,
        attempt=record.attempt,
        cancel_requested=record.cancel_requested,
        outcome=record.outcome,
        objective=record.objective,
        bound=record.bound,
        gap=record.gap,
        regret_gap=record.regret_gap,
        served=record.served,
        seconds=record.seconds,
        draft=record.draft,
        detail=record.detail,
        last_seq=record.last_seq,
    )


def event_view(event: RunEvent) -> RunEventView:
    """One event of a run."""
    progress = event.progress
    if progress is None:
        return RunEventView(seq=event.seq, at=event.at, state=event.state, detail=event.detail)
    return RunEventView(
        seq=event.seq,
        at=event.at,
        state=event.state,
        phase=progress.phase,
        seconds=progress.seconds,
        objective=progress.objective,
        bound=progress.bound,
        gap=progress.gap,
        regret_gap=progress.regret_gap,
        served=progress.served,
        detail=event.detail,
    )


def draft_view(draft: Draft) -> DraftView:
    """A proposed schedule with the changes it would make."""
    record = draft.record
    return DraftView(
        id=record.id,
        run=record.run,
        created_at=record.created_at,
        base_revision=record.base_revision,
        published_revision=record.published_revision,
        served=record.served,
        unserved=draft.schedule.unserved,
        added=record.added,
        moved=record.moved,
        cancelled=record.cancelled,
        score=draft.score,
        changes=[ChangeView(kind=each.kind, request=each.request, task=each.task, before=each.before, after=each.after) for each in draft.changes],
        bookings=draft.schedule.bookings,
    )


def publication_view(publication: Publication) -> PublicationView:
    """What publishing did."""
    return PublicationView(
        revision=publication.revision,
        draft=publication.draft,
        published_at=publication.published_at,
        added=publication.added,
        moved=publication.moved,
        cancelled=publication.cancelled,
    )


def booking_view(record: BookingRecord) -> BookingView:
    """A published booking."""
    return BookingView(
        id=record.id,
        uid=record.uid,
        request=record.request,
        task=record.task,
        name=record.task_name or record.request_name or record.task,
        company=record.company,
        company_name=record.company_name,
        window=record.window,
        allocations=record.allocations,
        status=record.status,
        sequence=record.sequence,
        revision=record.revision,
    )


def feed_view(record: FeedRecord) -> FeedView:
    """A feed without its secret."""
    return FeedView(id=record.id, scope=record.scope, scope_id=record.scope_id, created_at=record.created_at, revoked_at=record.revoked_at)
