"""Places and names: real Korean cities, invented institutes, people and companies.

Cities and positions are real (two decimals); institutes, companies and people are not.
"""

from dataclasses import dataclass
from random import Random

NEAR_DEGREES = 0.04
"""Sites of one city lie within about four kilometres of its centre."""


@dataclass(frozen=True, slots=True)
class City:
    """A city with its position and how much industry it has, relative to others."""

    name: str
    name_en: str
    region: str
    latitude: float
    longitude: float
    industry: int


CITIES = (
    City("안산", "Ansan", "경기", 37.32, 126.83, 10),
    City("시흥", "Siheung", "경기", 37.38, 126.80, 8),
    City("인천", "Incheon", "인천", 37.45, 126.71, 9),
    City("수원", "Suwon", "경기", 37.26, 127.03, 8),
    City("화성", "Hwaseong", "경기", 37.20, 126.83, 9),
    City("창원", "Changwon", "경남", 35.23, 128.68, 9),
    City("울산", "Ulsan", "울산", 35.54, 129.31, 8),
    City("부산", "Busan", "부산", 35.18, 129.08, 8),
    City("대구", "Daegu", "대구", 35.87, 128.60, 7),
    City("구미", "Gumi", "경북", 36.12, 128.34, 7),
    City("광주", "Gwangju", "광주", 35.16, 126.85, 6),
    City("대전", "Daejeon", "대전", 36.35, 127.38, 6),
    City("천안", "Cheonan", "충남", 36.82, 127.11, 7),
    City("서울", "Seoul", "서울", 37.48, 126.88, 8),
    City("성남", "Seongnam", "경기", 37.42, 127.13, 6),
    City("평택", "Pyeongtaek", "경기", 36.99, 127.11, 5),
    City("안양", "Anyang", "경기", 37.39, 126.95, 4),
    City("용인", "Yongin", "경기", 37.24, 127.18, 4),
    City("파주", "Paju", "경기", 37.76, 126.78, 3),
    City("김포", "Gimpo", "경기", 37.62, 126.72, 3),
    City("청주", "Cheongju", "충북", 36.64, 127.49, 5),
    City("충주", "Chungju", "충북", 36.99, 127.93, 2),
    City("진천", "Jincheon", "충북", 36.86, 127.44, 2),
    City("아산", "Asan", "충남", 36.79, 127.00, 4),
    City("서산", "Seosan", "충남", 36.78, 126.45, 2),
    City("당진", "Dangjin", "충남", 36.89, 126.65, 3),
    City("전주", "Jeonju", "전북", 35.82, 127.15, 3),
    City("군산", "Gunsan", "전북", 35.97, 126.74, 3),
    City("익산", "Iksan", "전북", 35.95, 126.96, 2),
    City("순천", "Suncheon", "전남", 34.95, 127.49, 2),
    City("여수", "Yeosu", "전남", 34.76, 127.66, 3),
    City("목포", "Mokpo", "전남", 34.81, 126.39, 1),
    City("포항", "Pohang", "경북", 36.02, 129.34, 5),
    City("경산", "Gyeongsan", "경북", 35.83, 128.74, 3),
    City("영천", "Yeongcheon", "경북", 35.97, 128.94, 2),
    City("경주", "Gyeongju", "경북", 35.86, 129.22, 3),
    City("김해", "Gimhae", "경남", 35.23, 128.89, 5),
    City("진주", "Jinju", "경남", 35.18, 128.11, 2),
    City("사천", "Sacheon", "경남", 35.00, 128.06, 2),
    City("양산", "Yangsan", "경남", 35.34, 129.04, 3),
    City("원주", "Wonju", "강원", 37.34, 127.92, 2),
    City("강릉", "Gangneung", "강원", 37.75, 128.88, 1),
    City("춘천", "Chuncheon", "강원", 37.88, 127.73, 1),
    City("제주", "Jeju", "제주", 33.50, 126.53, 1),
)

BRANCHES = ("본원", "시험동", "실증센터", "기업지원센터", "신뢰성센터", "분석센터", "제2시험동", "산학센터")
BRANCHES_EN = (
    "headquarters",
    "test building",
    "demonstration centre",
    "business support centre",
    "reliability centre",
    "analysis centre",
    "second test building",
    "campus centre",
)
FIELDS = ("뿌리기술", "부품소재", "전자융합", "자동차부품", "에너지기술", "기계로봇", "표면처리", "소재분석")
FIELDS_EN = (
    "Root Industry",
    "Parts and Materials",
    "Electronics",
    "Automotive Parts",
    "Energy Technology",
    "Machinery and Robots",
    "Surface Treatment",
    "Materials Analysis",
)

_SURNAMES = tuple("김이박최정강조윤장임한오서신권황안송류홍")
_GIVEN_FIRST = tuple("민서지현도하윤준예은수주승유재시태건소영")
_GIVEN_SECOND = tuple("준우진호연아영희석훈경민서현수정원빈혜나")
_FIRM_FIRST = ("한빛", "다온", "새롬", "가람", "누리", "미래", "세종", "동해", "백두", "온새미", "푸른", "해솔", "이룸", "도담", "아라", "참솔")
_FIRM_SECOND = ("정밀", "도금", "전자", "테크", "소재", "금속", "기전", "오토", "화학", "시스템", "코팅", "메디텍", "에너지", "로보틱스", "산업", "케미칼")


def person_name(random: Random) -> str:
    """A common Korean name."""
    return random.choice(_SURNAMES) + random.choice(_GIVEN_FIRST) + random.choice(_GIVEN_SECOND)


def company_name(random: Random) -> str:
    """The name of a company that does not exist."""
    return f"{random.choice(_FIRM_FIRST)}{random.choice(_FIRM_SECOND)}"


def squared_distance(latitude: float, longitude: float, city: City) -> float:
    """Square of the distance in degrees of latitude; good enough to rank places inside Korea."""
    return (latitude - city.latitude) ** 2 + ((longitude - city.longitude) * 0.8) ** 2
