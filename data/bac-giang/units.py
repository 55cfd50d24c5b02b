"""Who plans: a unit, its communes with their schools and pupils, its funds; Hiệp Hoà, of which something is known.

``make.py`` says what is documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

SEED = 871  # the number of the province's guidance of the same year
ROADMAP = "hiep-hoa-2017"  # the pack of the guidance

PC = "pupil_computer"
OFFICE_SET = ("office_computer", "printer", "webcam", "pa_system")  # one each at every school: 495, II.2.2
SOFTWARE = "security_software"  # one with each office computer: 495, II.2.2
LINE = "internet_line"  # one at every school, year by year: 495, II.2.1
LAN = "lan"  # one with each computer room: 495, II.2.3
GROUP_PC = "subject_group_computer"  # one a subject group at schools of national standard: 495, II.2.2


def whole(rng: Random, low: int, high: int) -> int:
    """Draw a whole number from ``low`` to ``high``."""
    return low + int(rng.random() * (high - low + 1))


def chance(rng: Random, per_cent: int) -> bool:
    """Draw yes with so many per cent."""
    return whole(rng, 0, 99) < per_cent


@dataclass(frozen=True)
class Commune:
    """A commune, with the pupils of grade 3 in 2017-2018 at each of its schools with primary grades."""

    code: str
    name: str
    grade3: tuple[int, ...]
    merges: int = 0  # the first school year after the merger, 0 is never
    into: str = ""  # the level that is left: số 2 joins số 1, or both levels join a new combined school
    combined: bool = False  # both levels are one school from the start
    disadvantaged: bool = False


@dataclass(frozen=True)
class Fund:
    """Money by school year in million VND, the share of it that may be kept, and what it may pay for."""

    code: str
    name_vi: str
    name_en: str
    millions: Mapping[int, int]
    carry_over: str = "0"
    modes: str = "buy"
    items: str = ""  # blank is all
    schools: str = "all"


@dataclass(frozen=True)
class Unit:
    """Who plans, with the rest of its row of units.csv, its communes and its funds."""

    code: str
    letterhead: tuple[str, ...]
    communes: tuple[Commune, ...]
    funds: tuple[Fund, ...]
    a_school: str  # the source of a school's row
    a_merger: str  # the same where it merges

    def stream(self, table: str) -> Random:
        """Return the unit's own random numbers for a table, which no other table or unit moves."""
        return Random(f"{SEED} {self.code} {table}")


@dataclass(frozen=True)
class School:
    """A school; ``opens`` and ``until`` are its first and last school year, 0 is always."""

    code: str
    name: str
    level: str
    commune: Commune
    opens: int = 0
    until: int = 0
    successor: str = ""
    national_standard: bool = False
    subject_groups: int = 0
    labs: int = 0


HIEP_HOA = Unit(
    "hiep-hoa",
    ("Hiệp Hoà", "district", "Phòng Giáo dục và Đào tạo Hiệp Hoà", "Trưởng phòng", "Hiệp Hoà", ROADMAP),
    communes=(  # illustrative but for the names and the sum of the four pilot schools, 539
        Commune("thi-tran", "Thị trấn Thắng", (146,)),
        Commune("dong-tan", "Đồng Tân", (56,), 2019, "combined", disadvantaged=True),
        Commune("thanh-van", "Thanh Vân", (58,), 2019, "combined", disadvantaged=True),
        Commune("hoang-luong", "Hoàng Lương", (104,)),
        Commune("hoang-van", "Hoàng Vân", (60,), 2018, "combined", disadvantaged=True),
        Commune("hoang-an", "Hoàng An", (51,), combined=True, disadvantaged=True),
        Commune("hoang-thanh", "Hoàng Thanh", (48,), combined=True, disadvantaged=True),
        Commune("thai-son", "Thái Sơn", (92,), 2020, "combined"),
        Commune("hoa-son", "Hoà Sơn", (97,)),  # the school's page: 418 pupils in five grades in 2013-2014
        Commune("duc-thang", "Đức Thắng", (145, 144)),
        Commune("ngoc-son", "Ngọc Sơn", (114, 62), 2019, "primary"),
        Commune("quang-minh", "Quang Minh", (88,), 2020, "combined"),
        Commune("hung-son", "Hùng Sơn", (82,), 2020, "combined"),
        Commune("luong-phong", "Lương Phong", (136, 94), 2020, "kindergarten"),
        Commune("dai-thanh", "Đại Thành", (78,), 2020, "combined", disadvantaged=True),
        Commune("thuong-thang", "Thường Thắng", (95,), 2020, "combined"),
        Commune("hop-thinh", "Hợp Thịnh", (118, 70), 2019, "primary"),
        Commune("mai-trung", "Mai Trung", (121, 66), 2018, "primary"),
        Commune("danh-thang", "Danh Thắng", (122,)),
        Commune("doan-bai", "Đoan Bái", (117, 64), 2020, "primary"),
        Commune("bac-ly", "Bắc Lý", (134, 90), 2020, "kindergarten"),
        Commune("xuan-cam", "Xuân Cẩm", (138,)),
        Commune("dong-lo", "Đông Lỗ", (132,)),
        Commune("huong-lam", "Hương Lâm", (131, 68), 2020, "primary"),  # the page of số 1: 654 pupils
        Commune("mai-dinh", "Mai Đình", (120, 60), 2020, "primary"),
        Commune("chau-minh", "Châu Minh", (126,)),
    ),
    funds=(  # illustrative: every fund and what it may pay for
        Fund(
            "ns-huyen",
            "Ngân sách huyện",
            "District budget",
            {2017: 600, 2018: 1000, 2019: 1200, 2020: 1500, 2021: 1800},
            modes="buy;lease;move",
            items=PC,
        ),
        Fund(
            "ns-muc-tieu",
            "Chương trình mục tiêu",
            "Target programme",
            {2017: 0, 2018: 1200, 2019: 0, 2020: 1500, 2021: 0},
            carry_over="0.5",
            modes="buy;lease",
            items=PC,
        ),
        Fund(
            "ns-thuong-xuyen",
            "Kinh phí chi thường xuyên",
            "Regular spending",
            {2017: 500, 2018: 520, 2019: 540, 2020: 560, 2021: 580},
            modes="buy;upkeep",
            items=";".join((*OFFICE_SET, SOFTWARE, GROUP_PC)),
        ),
        Fund(
            "duong-truyen",
            "Kinh phí đường truyền Internet",
            "Internet lines",
            {2017: 320, 2018: 320, 2019: 320, 2020: 320, 2021: 320},
            items=LINE,
        ),
        Fund(
            "ns-duy-tri",
            "Kinh phí duy trì, sửa chữa",
            "Upkeep and repairs",
            {2017: 40, 2018: 50, 2019: 60, 2020: 70, 2021: 80},
            modes="repair;refurbish;upkeep",
        ),
        Fund(
            "tai-tro",
            "Tài trợ cho trường vùng khó khăn",
            "Donation for disadvantaged schools",
            {2018: 90, 2019: 60, 2020: 0, 2021: 0},
            carry_over="1",
            items=PC,
            schools="disadvantaged",
        ),
    ),
    a_school="illustrative: đặt tên theo xã (Từ điển bách khoa); các cột khác tự đặt",
    a_merger="illustrative: số trường sáp nhập theo kế hoạch (GD&TĐ 1/8/2018); trường nào và các cột khác tự đặt",
)
