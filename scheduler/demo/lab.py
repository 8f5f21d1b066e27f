"""The demo lab: sites, calendars, equipment with its maintenance, and people with their skills."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.model.calendar import ALWAYS_OPEN, Calendar, Hours, Weekday, WeeklyHours
from scheduler.model.lab import Closure, Feature, Lab, Qualification, Resource, ResourceKind, Site
from scheduler.model.methods import STANDARD_METHODS
from scheduler.model.window import window

SEOUL = "Asia/Seoul"
WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
DAY_AND_NIGHT, EARLY, DAY, LATE = "day-and-night", "early", "day", "late"

# id, Korean, English, institute, city, region, latitude, longitude
_SITES = (
    ("ansan", "경기뿌리기술원 안산 본원", "Gyeonggi Root Industry Institute, Ansan", "gyeonggi", "안산시 단원구", "경기", 37.32, 126.81),
    ("siheung", "경기뿌리기술원 시흥 분원", "Gyeonggi Root Industry Institute, Siheung", "gyeonggi", "시흥시 정왕동", "경기", 37.34, 126.73),
    ("changwon", "영남부품소재시험원 창원 본원", "Yeongnam Parts and Materials Institute, Changwon", "yeongnam", "창원시 성산구", "경남", 35.22, 128.68),
    ("gumi", "영남부품소재시험원 구미 분원", "Yeongnam Parts and Materials Institute, Gumi", "yeongnam", "구미시 공단동", "경북", 36.11, 128.38),
    ("cheonan", "전자신뢰성연구원 천안 본원", "Electronics Reliability Institute, Cheonan", "electronics", "천안시 서북구", "충남", 36.83, 127.13),
    ("gwangju", "전자신뢰성연구원 광주 분원", "Electronics Reliability Institute, Gwangju", "electronics", "광주시 북구", "광주", 35.23, 126.85),
)

# site, qualification, kind, Korean, English, capacities of its pieces
_EQUIPMENT: tuple[tuple[str, str, ResourceKind, str, str, tuple[int, ...]], ...] = (
    ("ansan", "salt-spray-chamber", "chamber", "염수분무시험기", "Salt spray chamber", (12, 12, 20, 8)),
    ("ansan", "cass-chamber", "chamber", "캐스시험기", "CASS chamber", (10,)),
    ("ansan", "climate-chamber", "chamber", "항온항습챔버", "Climate chamber", (6, 6)),
    ("ansan", "xrf", "instrument", "도금두께측정기", "XRF gauge", (1,)),
    ("ansan", "sem-eds", "instrument", "주사전자현미경", "Electron microscope", (1,)),
    ("siheung", "salt-spray-chamber", "chamber", "염수분무시험기", "Salt spray chamber", (12, 12)),
    ("siheung", "climate-chamber", "chamber", "항온항습챔버", "Climate chamber", (6, 4, 4)),
    ("siheung", "ftir", "instrument", "적외선분광기", "Infrared spectrometer", (1,)),
    ("changwon", "shaker", "equipment", "진동시험기", "Vibration table", (1, 1, 1)),
    ("changwon", "climate-chamber", "chamber", "항온항습챔버", "Climate chamber", (8, 4)),
    ("changwon", "salt-spray-chamber", "chamber", "염수분무시험기", "Salt spray chamber", (10,)),
    ("gumi", "climate-chamber", "chamber", "항온항습챔버", "Climate chamber", (6, 6, 4)),
    ("gumi", "sem-eds", "instrument", "주사전자현미경", "Electron microscope", (1,)),
    ("gumi", "xrf", "instrument", "도금두께측정기", "XRF gauge", (1,)),
    ("gumi", "shaker", "equipment", "진동시험기", "Vibration table", (1,)),
    ("cheonan", "hast-chamber", "chamber", "초가속수명시험기", "HAST chamber", (2,)),
    ("cheonan", "climate-chamber", "chamber", "항온항습챔버", "Climate chamber", (6, 6, 8)),
    ("cheonan", "emc-room", "room", "전자파무반사실", "Anechoic room", (1,)),
    ("cheonan", "sem-eds", "instrument", "주사전자현미경", "Electron microscope", (1,)),
    ("cheonan", "ftir", "instrument", "적외선분광기", "Infrared spectrometer", (1,)),
    ("gwangju", "emc-room", "room", "전자파무반사실", "Anechoic room", (1, 1)),
    ("gwangju", "shaker", "equipment", "진동시험기", "Vibration table", (1,)),
    ("gwangju", "climate-chamber", "chamber", "항온항습챔버", "Climate chamber", (6, 4)),
)

# site, skills, names: early shift, late shift, then by turns
_PEOPLE: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("ansan", ("corrosion-testing",), ("김민준", "이서연", "박지훈", "최유진")),
    ("ansan", ("climatic-testing", "material-analysis"), ("정하은", "강도윤", "조은서")),
    ("siheung", ("corrosion-testing",), ("윤재호", "장수빈")),
    ("siheung", ("climatic-testing", "material-analysis"), ("임현우", "한지민", "오세훈")),
    ("changwon", ("vibration-testing",), ("서준혁", "신예린", "권태영")),
    ("changwon", ("climatic-testing", "corrosion-testing"), ("황승민", "안소희", "송정원")),
    ("gumi", ("climatic-testing", "reliability-testing"), ("류경호", "홍나연", "김태석")),
    ("gumi", ("material-analysis", "vibration-testing"), ("이주영", "박성훈", "최은정")),
    ("cheonan", ("reliability-testing", "climatic-testing"), ("정우진", "강혜원", "조민석", "윤서아")),
    ("cheonan", ("emc-testing", "material-analysis"), ("장동현", "임수정", "한준영")),
    ("gwangju", ("emc-testing",), ("오지훈", "서민아", "신동건")),
    ("gwangju", ("climatic-testing", "reliability-testing", "vibration-testing"), ("권나은", "황준서", "안지호")),
)

TOPICS = {
    "advising-plating": ("도금 불량 해결", "Plating defects"),
    "advising-process": ("공정 개선", "Process improvement"),
    "advising-certification": ("인증 획득", "Certification"),
    "advising-reliability": ("신뢰성 설계", "Design for reliability"),
    "advising-export": ("수출 규격", "Export standards"),
}
"""Topics of advice by qualification: Korean and English name."""

# site, topics, names
_ADVISORS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("ansan", ("advising-plating", "advising-process"), ("송재현", "류미경", "홍석진", "김선우")),
    ("siheung", ("advising-plating", "advising-certification"), ("이정민", "박수연", "최병호")),
    ("changwon", ("advising-process", "advising-export"), ("정연수", "강민재", "조현아", "윤상철")),
    ("gumi", ("advising-reliability", "advising-process"), ("장은지", "임대호", "한소영")),
    ("cheonan", ("advising-reliability", "advising-certification"), ("오준석", "서지원", "신혜진", "권영민")),
    ("gwangju", ("advising-export", "advising-certification"), ("황다은", "안성현", "송유나", "류진호")),
)

_HUMID, _DRY = (10.0, 98.0), (20.0, 60.0)


def midnight(now: datetime) -> datetime:
    """The last midnight in Korea."""
    return now.astimezone(ZoneInfo(SEOUL)).replace(hour=0, minute=0, second=0, microsecond=0)


def demo_lab(now: datetime) -> Lab:
    """The lab with maintenance, leave and one expiring qualification in the weeks after `now`."""
    resources = (*_equipment(now), *_meeting_rooms(), *_people(now))
    return Lab(sites=tuple(_sites()), calendars=_calendars(), resources=resources, methods=STANDARD_METHODS)


def _sites() -> list[Site]:
    return [
        Site(
            id=identity,
            name=name,
            name_en=english,
            institute=institute,
            time_zone=SEOUL,
            address=address,
            region=region,
            latitude=latitude,
            longitude=longitude,
        )
        for identity, name, english, institute, address, region, latitude, longitude in _SITES
    ]


def _calendars() -> tuple[Calendar, ...]:
    """Two shifts, so that a run begun late in the day can be unloaded early; chambers never shut."""
    shifts = {EARLY: (time(8), time(17)), DAY: (time(9), time(18)), LATE: (time(10), time(19))}
    working = [
        Calendar(id=name, time_zone=SEOUL, weekly=(WeeklyHours(days=WORKDAYS, hours=Hours(open=opens, close=closes)),), holidays="KR")
        for name, (opens, closes) in shifts.items()
    ]
    return (Calendar(id=DAY_AND_NIGHT, time_zone=SEOUL, weekly=ALWAYS_OPEN), *working)


def _equipment(now: datetime) -> list[Resource]:
    made: list[Resource] = []
    for site, qualification, kind, name, english, capacities in _EQUIPMENT:
        for number, capacity in enumerate(capacities, start=1):
            # Every seventh piece is calibrated for a day or two in one of the coming weeks.
            first = midnight(now) + timedelta(days=3 + len(made))
            closures = (Closure(window=window(first, first + timedelta(days=1 + len(made) % 2)), reason="정기점검"),) if len(made) % 7 == 3 else ()
            made.append(
                Resource(
                    id=f"{site}-{qualification.removesuffix('-chamber')}-{number}",
                    kind=kind,
                    name=f"{name} {number}호기",
                    name_en=f"{english} {number}",
                    site=site,
                    calendar=DAY if kind in ("room", "instrument") else DAY_AND_NIGHT,
                    capacity=capacity,
                    closures=closures,
                    features=_features(qualification, is_humid=number != 2),
                    qualifications=(Qualification(name=qualification),),
                )
            )
    return made


def _features(qualification: str, *, is_humid: bool) -> tuple[Feature, ...]:
    """Ranges of a chamber; the second climate chamber of a site has no steam."""
    celsius = {"salt-spray-chamber": (20, 55), "cass-chamber": (20, 55), "climate-chamber": (-70, 150), "hast-chamber": (105, 150)}
    if qualification not in celsius:
        return ()
    low, high = celsius[qualification]
    humidity = _HUMID if is_humid or qualification != "climate-chamber" else _DRY
    return (Feature(name="temperature_celsius", low=low, high=high), Feature(name="humidity_percent", low=humidity[0], high=humidity[1]))


def _meeting_rooms() -> list[Resource]:
    return [
        Resource(
            id=f"{site}-meeting",
            kind="room",
            name="기업상담실",
            name_en="Meeting room",
            site=site,
            calendar=DAY,
            capacity=2,
            qualifications=(Qualification(name="meeting"),),
        )
        for site, *_ in _SITES
    ]


def _people(now: datetime) -> list[Resource]:
    made: list[Resource] = []
    for site, skills, names in _PEOPLE:
        for turn, name in enumerate(names):
            rights = tuple(Qualification(name=skill) for skill in skills)
            if name == "최유진":
                # A right that runs out within the horizon: the plan must not book her for it later.
                rights = (Qualification(name=skills[0], valid_until=midnight(now) + timedelta(days=20)),)
            made.append(_person(now, site, name, (EARLY, LATE)[turn % 2], rights, len(made)))
    for site, topics, names in _ADVISORS:
        for turn, name in enumerate(names):
            # The first knows every topic of the site, the others one each.
            known = topics if turn == 0 else (topics[turn % len(topics)],)
            rights = tuple(Qualification(name=each) for each in ("advising", *known))
            made.append(_person(now, site, name, DAY, rights, len(made)))
    return made


def _person(now: datetime, site: str, name: str, calendar: str, rights: tuple[Qualification, ...], number: int) -> Resource:
    first = midnight(now) + timedelta(days=number)
    leave = (Closure(window=window(first, first + timedelta(days=3)), reason="휴가"),) if number % 9 == 4 else ()
    return Resource(id=f"{site}-{name}", kind="person", name=name, site=site, calendar=calendar, closures=leave, qualifications=rights)
