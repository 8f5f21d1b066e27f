"""What is asked for: families of test equipment with their tests, and topics of advice."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Test:
    """One standard test: name, durations on offer (hours) and its share of the family's demand."""

    name: str
    hours: tuple[int, ...]
    share: int
    celsius: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Equipment that serves the same tests.

    `capacities`: units of room that one piece may have (1: one customer at a time). `attended`:
    an operator stays during the whole test; else one loads and unloads, half an hour each: the
    hours on offer must then end within nine working hours of the time of day they began at.
    """

    id: str
    field: str
    kind: Literal["chamber", "instrument", "equipment", "room"]
    name: str
    name_en: str
    capacities: tuple[int, ...]
    tests: tuple[Test, ...]
    attended: bool = False


FAMILIES = (
    Family(
        "salt",
        "corrosion",
        "chamber",
        "염수분무시험기",
        "salt spray chamber",
        (8, 10, 12),
        (
            Test("중성염수분무 (ISO 9227 NSS)", (24, 48, 72, 96, 168, 240, 480, 720, 1000), 8),
            Test("초산염수분무 (ISO 9227 AASS)", (96, 144, 240), 1),
            Test("캐스시험 (ISO 9227 CASS)", (24, 48, 96), 2),
        ),
    ),
    Family(
        "thermal",
        "climate",
        "chamber",
        "항온챔버",
        "temperature chamber",
        (3, 4, 6),
        (
            Test("저온 (IEC 60068-2-1)", (24, 72, 96), 3, (-40, 25)),
            Test("고온 (IEC 60068-2-2)", (24, 72, 96, 168, 500, 1000), 4, (25, 125)),
            Test("온도변화 (IEC 60068-2-14)", (24, 48, 96, 168, 240), 3, (-40, 125)),
            Test("극저온 (IEC 60068-2-1)", (24, 72), 1, (-65, 25)),
        ),
    ),
    Family(
        "damp",
        "climate",
        "chamber",
        "항온항습챔버",
        "temperature and humidity chamber",
        (3, 4, 6),
        (
            Test("고온고습 정상 (IEC 60068-2-78)", (48, 96, 240, 504, 1000, 1344), 5, (30, 85)),
            Test("고온고습 사이클 (IEC 60068-2-30)", (48, 144), 3, (25, 55)),
        ),
    ),
    Family(
        "emc",
        "electronics",
        "room",
        "전자파무반사실",
        "anechoic room",
        (1,),
        (Test("전자파 방사 (CISPR 32)", (4, 6, 8), 3), Test("전자파 내성 (IEC 61000-4-3)", (4, 8), 2)),
        attended=True,
    ),
    Family(
        "analysis",
        "materials",
        "instrument",
        "전자현미경",
        "electron microscope",
        (1,),
        (Test("주사전자현미경 분석", (1, 2, 4), 3), Test("성분 분석 (EDS)", (2, 3), 2)),
        attended=True,
    ),
    Family(
        "vibration",
        "mechanics",
        "equipment",
        "진동시험기",
        "vibration table",
        (1,),
        (Test("정현파 진동 (IEC 60068-2-6)", (24, 48), 3), Test("랜덤 진동 (IEC 60068-2-64)", (24,), 3)),
    ),
    Family("cyclic", "corrosion", "chamber", "복합부식시험기", "cyclic corrosion chamber", (6, 8), (Test("복합부식 (ISO 14993)", (168, 240, 480, 720), 1),)),
    Family("cycling", "electronics", "chamber", "온도사이클챔버", "temperature cycling chamber", (4, 6), (Test("온도사이클 (JESD22-A104)", (240, 500), 1),)),
    Family(
        "bias",
        "electronics",
        "chamber",
        "고온고습바이어스챔버",
        "bias humidity chamber",
        (5, 8),
        (Test("고온고습 바이어스 (JESD22-A101)", (168, 500, 1000), 1),),
    ),
    Family("hast", "electronics", "chamber", "가속수명시험기", "highly accelerated stress chamber", (3, 4), (Test("HAST (JESD22-A110)", (96, 264), 1),)),
    Family("shock", "climate", "chamber", "열충격시험기", "thermal shock chamber", (3, 4), (Test("열충격 (IEC 60068-2-14 Na)", (48, 96, 168, 240), 1),)),
    Family(
        "tensile", "materials", "instrument", "만능재료시험기", "universal testing machine", (1,), (Test("인장 (ISO 6892-1)", (1, 2, 3), 1),), attended=True
    ),
    Family("fatigue", "mechanics", "equipment", "피로시험기", "fatigue machine", (1,), (Test("고주기 피로 (ISO 1099)", (48, 96, 168, 336), 1),)),
    Family("battery", "energy", "chamber", "충방전시험기", "battery cycler", (8, 12, 16), (Test("이차전지 수명 (IEC 62660-1)", (168, 500, 1000), 1),)),
    Family("xenon", "materials", "chamber", "제논내후성시험기", "xenon weathering chamber", (6, 9), (Test("촉진내후성 (ISO 4892-2)", (240, 500, 1000), 1),)),
    Family("ultraviolet", "materials", "chamber", "자외선내후성시험기", "ultraviolet chamber", (6, 9), (Test("자외선 (ISO 4892-3)", (168, 336, 500), 1),)),
    Family("gas", "corrosion", "chamber", "혼합가스부식시험기", "mixed gas chamber", (4, 5), (Test("혼합가스 (IEC 60068-2-60)", (96, 240, 504), 1),)),
    Family("ozone", "materials", "chamber", "오존시험기", "ozone chamber", (5, 6), (Test("오존 균열 (ISO 1431-1)", (24, 72, 96), 1),)),
    Family("ingress", "mechanics", "room", "방수방진시험실", "ingress protection room", (1,), (Test("방수방진 (IEC 60529)", (4, 8), 1),), attended=True),
    Family("aging", "materials", "chamber", "열노화시험기", "ageing oven", (6, 10), (Test("열노화 (ISO 188)", (72, 168, 336, 1000), 1),)),
    Family("altitude", "climate", "chamber", "저기압챔버", "low pressure chamber", (3,), (Test("저기압 (IEC 60068-2-13)", (24, 48), 1),)),
    Family("creep", "mechanics", "equipment", "크리프시험기", "creep machine", (1,), (Test("크리프 (ISO 204)", (240, 500, 1000), 1),)),
)
"""Most asked for first; the rank sets the popularity."""

TOPICS = (
    ("plating", "도금 불량 해결"),
    ("process", "공정 개선"),
    ("certification", "인증 획득"),
    ("mould", "금형 설계"),
    ("welding", "용접 품질"),
    ("smart-factory", "스마트공장"),
    ("export", "수출 규격"),
    ("casting", "주조 결함"),
    ("heat-treatment", "열처리"),
    ("injection", "사출 성형"),
    ("battery-design", "배터리 설계"),
    ("pcb", "회로 설계"),
    ("robotics", "로봇 자동화"),
    ("polymer", "고분자 소재"),
    ("reliability", "신뢰성 설계"),
    ("failure", "고장 분석"),
    ("environment", "환경 규제"),
    ("ceramics", "세라믹 소재"),
    ("machining", "정밀 가공"),
    ("emi-design", "전자파 설계"),
    ("simulation", "구조 해석"),
    ("medical", "의료기기 인허가"),
    ("patent", "특허 전략"),
    ("packaging", "반도체 패키징"),
    ("optics", "광학 부품"),
    ("textile", "산업용 섬유"),
    ("hydrogen", "수소 부품"),
    ("quality", "품질 경영"),
    ("standards", "표준화"),
    ("energy-saving", "에너지 절감"),
)
"""Topics of advice (id, name), most asked for first."""
