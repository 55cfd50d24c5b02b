"""The other nine units of the province, and the fund they share: names are documented, the rest is drawn by rule.

The names of communes, wards and towns are those of 2017, from the list of the General Statistics Office before the
mergers of 2020. A star marks where an official's regional allowance is 0.2 or more (Bắc Giang Social Security): such
a commune is taken as disadvantaged, with smaller schools. How many pupils and primary schools it has, which schools
merge and all money are illustrative.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from units import HIEP_HOA, PC, ROADMAP, SEED, Commune, Fund, Unit, chance, whole

A_SCHOOL = "illustrative: đặt tên theo xã (Tổng cục Thống kê, trước 2020); các cột khác tự đặt"
A_MERGER = (
    "illustrative: đặt tên theo xã (Tổng cục Thống kê, trước 2020); việc sáp nhập và các cột khác tự đặt"
)

FIRST_MERGERS, LAST_MERGERS = 2018, 2020
SMALL = 90  # pupils of grade 3 in a commune where both levels may become one school
ONE_SCHOOL = 35  # per cent of disadvantaged communes whose schools are one from the start


@dataclass(frozen=True)
class Sketch:
    """A unit before its communes are drawn: ``wealth`` is its own budget a pupil in per cent of Hiệp Hoà's."""

    code: str
    name: str
    grade3: tuple[int, int]  # fewest and most pupils of grade 3 in a commune
    largest: int  # above so many a commune has two primary schools
    merging: int  # per cent of communes whose schools merge
    wealth: int
    communes: str

    @property
    def letterhead(self) -> tuple[str, ...]:
        """The rest of its row of units.csv."""
        kind, place = ("city", self.name.removeprefix("Thành phố ")) if self.is_city else ("district", self.name)
        office = f"Phòng Giáo dục và Đào tạo {'thành phố ' if self.is_city else ''}{place}"
        return (self.name, kind, office, "Trưởng phòng", place, ROADMAP)

    @property
    def is_city(self) -> bool:
        """Whether it is the city."""
        return self.name.startswith("Thành phố ")


SKETCHES = (
    Sketch(
        "tp-bac-giang",
        "Thành phố Bắc Giang",
        (110, 230),
        largest=230,
        merging=0,
        wealth=115,
        communes="Thọ Xương, Trần Nguyên Hãn, Ngô Quyền, Hoàng Văn Thụ, Trần Phú, Mỹ Độ, Lê Lợi, Song Mai,"
        " Xương Giang, Đa Mai, Dĩnh Kế, Dĩnh Trì, Tân Mỹ, Đồng Sơn, Tân Tiến, Song Khê",
    ),
    Sketch(
        "lang-giang",
        "Lạng Giang",
        (75, 165),
        largest=140,
        merging=25,
        wealth=95,
        communes="Thị trấn Kép, Thị trấn Vôi, Nghĩa Hoà, Nghĩa Hưng, Quang Thịnh, Hương Sơn, Đào Mỹ, Tiên Lục, An Hà,"
        " Tân Thịnh, Mỹ Hà, Hương Lạc, Dương Đức, Tân Thanh, Yên Mỹ, Tân Hưng, Mỹ Thái, Phi Mô, Xương Lâm,"
        " Xuân Hương, Tân Dĩnh, Đại Lâm, Thái Đào",
    ),
    Sketch(
        "luc-nam",
        "Lục Nam",
        (70, 160),
        largest=140,
        merging=25,
        wealth=85,
        communes="Thị trấn Đồi Ngô, Thị trấn Lục Nam, Đông Hưng, Đông Phú, Tam Dị, Bảo Sơn, Bảo Đài, Thanh Lâm,"
        " Tiên Nha, Trường Giang, Tiên Hưng, Phương Sơn, Chu Điện, Cương Sơn, Nghĩa Phương, Vô Tranh*, Bình Sơn*,"
        " Lan Mẫu, Yên Sơn, Khám Lạng, Huyền Sơn, Trường Sơn*, Lục Sơn*, Bắc Lũng, Vũ Xá, Cẩm Lý, Đan Hội",
    ),
    Sketch(
        "luc-ngan",
        "Lục Ngạn",
        (55, 130),
        largest=120,
        merging=20,
        wealth=75,
        communes="Thị trấn Chũ, Cấm Sơn*, Tân Sơn*, Phong Minh*, Phong Vân*, Xa Lý*, Hộ Đáp*, Sơn Hải*, Thanh Hải,"
        " Kiên Lao, Biên Sơn, Kiên Thành, Hồng Giang, Kim Sơn*, Tân Hoa, Giáp Sơn, Biển Động, Quý Sơn, Trù Hựu,"
        " Phì Điền, Nghĩa Hồ, Tân Quang, Đồng Cốc, Tân Lập*, Phú Nhuận*, Mỹ An, Nam Dương, Tân Mộc*, Đèo Gia*,"
        " Phượng Sơn",
    ),
    Sketch(
        "son-dong",
        "Sơn Động",
        (30, 80),
        largest=120,
        merging=20,
        wealth=70,
        communes="Thị trấn An Châu, Thị trấn Thanh Sơn*, Thạch Sơn*, Vân Sơn*, Hữu Sản*, Quế Sơn*, Phúc Thắng*,"
        " Chiên Sơn, Giáo Liêm*, Vĩnh Khương, Cẩm Đàn, An Lạc*, An Lập, Yên Định, Lệ Viễn*, An Châu, An Bá,"
        " Tuấn Đạo*, Dương Hưu*, Bồng Am*, Long Sơn*, Tuấn Mậu*, Thanh Luận*",
    ),
    Sketch(
        "tan-yen",
        "Tân Yên",
        (60, 145),
        largest=130,
        merging=25,
        wealth=90,
        communes="Thị trấn Cao Thượng, Thị trấn Nhã Nam, Lan Giới, Nhã Nam, Tân Trung, Đại Hoá, Quang Tiến, Phúc Sơn,"
        " An Dương, Phúc Hoà, Liên Sơn, Hợp Đức, Lam Cốt, Cao Xá, Cao Thượng, Việt Ngọc, Song Vân, Ngọc Châu,"
        " Ngọc Vân, Việt Lập, Liên Chung, Ngọc Thiện, Ngọc Lý, Quế Nham",
    ),
    Sketch(
        "viet-yen",
        "Việt Yên",
        (85, 185),
        largest=150,
        merging=25,
        wealth=110,
        communes="Thị trấn Bích Động, Thị trấn Nếnh, Thượng Lan, Việt Tiến, Nghĩa Trung, Minh Đức, Hương Mai, Tự Lạn,"
        " Bích Sơn, Trung Sơn, Hồng Thái, Tiên Sơn, Tăng Tiến, Quảng Minh, Hoàng Ninh, Ninh Sơn, Vân Trung, Vân Hà,"
        " Quang Châu",
    ),
    Sketch(
        "yen-dung",
        "Yên Dũng",
        (60, 145),
        largest=130,
        merging=25,
        wealth=100,
        communes="Thị trấn Neo, Thị trấn Tân Dân, Lão Hộ, Hương Gián, Tân An, Quỳnh Sơn, Nội Hoàng, Tiền Phong,"
        " Xuân Phú, Tân Liễu, Trí Yên, Lãng Sơn, Yên Lư, Tiến Dũng, Nham Sơn, Đức Giang, Cảnh Thuỵ, Tư Mại,"
        " Thắng Cương, Đồng Việt, Đồng Phúc",
    ),
    Sketch(
        "yen-the",
        "Yên Thế",
        (40, 105),
        largest=120,
        merging=20,
        wealth=80,
        communes="Thị trấn Cầu Gồ, Thị trấn Bố Hạ, Đồng Tiến*, Canh Nậu*, Xuân Lương*, Tam Tiến*, Đồng Vương*,"
        " Đồng Hưu*, Đồng Tâm, Tam Hiệp, Tiến Thắng, Hồng Kỳ, Đồng Lạc, Đông Sơn*, Tân Hiệp, Hương Vĩ, Đồng Kỳ,"
        " An Thượng, Phồn Xương, Tân Sỏi, Bố Hạ",
    ),
)


def code_of(name: str) -> str:
    """Return a name in unaccented letters and hyphens."""
    letters = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(c for c in letters if not unicodedata.combining(c)).replace(" ", "-").rstrip("*")


def drawn_commune(rng: Random, sketch: Sketch, name: str, code: str) -> Commune:
    """Draw a commune's pupils of grade 3, its primary schools, and whether some of its schools merge."""
    poor = name.endswith("*")
    pupils = whole(rng, *sketch.grade3) * (2 if poor else 3) // 3
    first = pupils * 3 // 5 if pupils > sketch.largest else pupils
    grade3 = (first, pupils - first) if first < pupils else (pupils,)
    if chance(rng, sketch.merging):
        into = "primary" if len(grade3) == 2 else "combined" if pupils < SMALL else "kindergarten"
        merges = whole(rng, FIRST_MERGERS, LAST_MERGERS)
        return Commune(code, name.rstrip("*"), grade3, merges, into, disadvantaged=poor)
    return Commune(code, name.rstrip("*"), grade3, combined=poor and chance(rng, ONE_SCHOOL), disadvantaged=poor)


def pupils(communes: Sequence[Commune]) -> int:
    """Return the pupils of grade 3 in some communes."""
    return sum(sum(commune.grade3) for commune in communes)


def poor_pupils(communes: Sequence[Commune]) -> int:
    """Return the pupils of grade 3 in those of some communes that are disadvantaged."""
    return pupils([commune for commune in communes if commune.disadvantaged])


MEASURES: Mapping[str, Callable[[Sequence[Commune]], int]] = {
    "ns-huyen": pupils,
    "ns-muc-tieu": pupils,
    "ns-duy-tri": pupils,
    "ns-thuong-xuyen": len,  # offices and lines are needed by school, and most communes have three
    "duong-truyen": len,
    "tai-tro": poor_pupils,
}


def funds_of(sketch: Sketch, communes: Sequence[Commune]) -> tuple[Fund, ...]:
    """Return Hiệp Hoà's funds in proportion to what a unit needs, to 10 million VND; none that has no money."""
    funds = []
    for fund in HIEP_HOA.funds:
        measure = MEASURES[fund.code]
        times = Fraction(measure(communes), measure(HIEP_HOA.communes))
        if fund.code == "ns-huyen":
            times *= Fraction(sketch.wealth, 100)
            if sketch.is_city:
                fund = replace(fund, name_vi="Ngân sách thành phố", name_en="City budget")
        millions = {year: 10 * round(amount * times / 10) for year, amount in fund.millions.items()}
        if any(millions.values()):
            funds.append(replace(fund, millions=millions))
    return tuple(funds)


def drawn_unit(sketch: Sketch, namesakes: Mapping[str, int]) -> Unit:
    """Draw a unit; the code of a commune that has a namesake in the province carries the unit's."""
    rng = Random(f"{SEED} {sketch.code} communes")
    codes = [(name, code_of(name)) for name in sketch.communes.split(", ")]
    communes = tuple(
        drawn_commune(rng, sketch, name, code if namesakes[code] == 1 else f"{code}-{sketch.code}")
        for name, code in codes
    )
    return Unit(sketch.code, sketch.letterhead, communes, funds_of(sketch, communes), A_SCHOOL, A_MERGER)


def drawn_units() -> tuple[Unit, ...]:
    """Return the nine units."""
    names = [code_of(name) for sketch in SKETCHES for name in sketch.communes.split(", ")]
    namesakes = Counter([*names, *(commune.code for commune in HIEP_HOA.communes)])
    return tuple(drawn_unit(sketch, namesakes) for sketch in SKETCHES)


UNITS = (HIEP_HOA, *drawn_units())
SUPPORT = Fund(  # of no unit: one that plans alone gets its part by pupils
    "ns-tinh", "Ngân sách tỉnh hỗ trợ", "Provincial support", {2018: 1200, 2021: 7000}, items=PC
)
