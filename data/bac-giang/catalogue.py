"""What can be had at which price: illustrative all of it. A source says what the price is near, if near any."""

from __future__ import annotations

from units import GROUP_PC, LAN, LINE, OFFICE_SET, PC, SOFTWARE

NEW = "illustrative: dưới 13 triệu đồng, mức trần máy để bàn của công chức trước 2018 (Pháp luật TP.HCM)"
BASIC = "illustrative: giữa 7,5 triệu đồng (Báo Hà Tĩnh, 2022) và 10,9 (Báo Ninh Thuận, 2021)"
USED = "illustrative: khoảng 7,1 triệu đồng, bộ máy rẻ nhất đã thấy (Báo Gia Lai, 2025)"
LAPTOP = "illustrative: dưới 15 triệu đồng, mức trần máy xách tay của công chức từ 2018 (50/2017/QĐ-TTg)"
PRINTER = (
    "illustrative: dưới mức trần máy in của công chức, 7 triệu đồng trước 2018 (Pháp luật TP.HCM)"
    " và 10 từ 2018 (50/2017/QĐ-TTg)"
)
MENDED = "illustrative: tự đặt; khoảng một phần tư của 7,1 triệu đồng, bộ máy rẻ nhất đã thấy (Báo Gia Lai, 2025)"
UPGRADED = "illustrative: tự đặt; khoảng sáu phần mười của 7,1 triệu đồng, bộ máy rẻ nhất đã thấy (Báo Gia Lai, 2025)"
LEASED = "illustrative: tự đặt; văn bản nói đến thuê dịch vụ CNTT (495/HD-PGD&ĐT, III.2), không nói thuê máy"
UNPRICED = "illustrative: tự đặt; chưa tìm thấy giá nào"

DESK, PRINT, CAM, SOUND = OFFICE_SET
Y17, Y18, Y20 = "2017-2018", "2018-2019", "2020-2021"

NAMES = {
    "pc-new": ("Máy tính mới", "New computer"),
    "pc-basic": ("Máy tính cơ bản", "Basic computer"),
    "pc-used": ("Máy tính cũ", "Used computer"),
    "pc-repair": ("Sửa chữa máy tính hỏng", "Repair of a faulty computer"),
    "pc-upgrade": ("Nâng cấp máy tính hết tuổi thọ", "Upgrade of a worn-out computer"),
    "pc-lease": ("Thuê máy tính theo năm", "Computer leased by the year"),
    "pc-move": ("Điều chuyển máy tính", "Move of a computer"),
    "office-pc": ("Máy tính để bàn cho văn phòng", "Office desktop"),
    "office-laptop": ("Máy tính xách tay có webcam", "Laptop with a webcam"),
    "office-printer": ("Máy in", "Printer"),
    "webcam": ("Webcam", "Webcam"),
    "pa-set": ("Bộ tăng âm và micro", "Amplifier and microphone"),
    "office-software": ("Phần mềm bảo mật cho máy tính văn phòng", "Security software of an office computer"),
    "fibre": ("Đường truyền Internet cáp quang trong một năm", "Fibre line for a year"),
    "lan-room": ("Mạng LAN cho một phòng máy", "LAN of a computer room"),
    "group-pc": ("Máy tính cho tổ chuyên môn", "Computer for a subject group"),
}
OFFERS = (  # option, item, mode; VND from a school year on; years it lasts, VND of upkeep a year; source
    ("pc-new", PC, "buy", 12_000_000, Y17, 5, 300_000, NEW),
    ("pc-basic", PC, "buy", 9_300_000, Y17, 4, 350_000, BASIC),
    ("pc-used", PC, "buy", 7_100_000, Y17, 2, 500_000, USED),
    ("pc-used", PC, "buy", 7_600_000, Y20, 2, 500_000, USED),
    ("pc-repair", PC, "repair", 1_800_000, Y17, 2, 500_000, MENDED),
    ("pc-upgrade", PC, "refurbish", 4_200_000, Y17, 2, 500_000, UPGRADED),
    ("pc-lease", PC, "lease", 3_900_000, Y17, 1, 0, LEASED),
    ("pc-move", PC, "move", 150_000, Y17, 1, 0, UNPRICED),
    ("office-pc", DESK, "buy", 12_500_000, Y17, 5, 300_000, NEW),
    ("office-laptop", DESK, "buy", 14_500_000, Y18, 5, 300_000, LAPTOP),
    ("office-printer", PRINT, "buy", 4_200_000, Y17, 5, 400_000, PRINTER),
    ("webcam", CAM, "buy", 900_000, Y17, 3, 0, UNPRICED),
    ("pa-set", SOUND, "buy", 9_000_000, Y17, 8, 200_000, UNPRICED),
    ("office-software", SOFTWARE, "buy", 400_000, Y17, 5, 0, UNPRICED),
    ("fibre", LINE, "buy", 3_600_000, Y17, 1, 0, UNPRICED),
    ("lan-room", LAN, "buy", 15_000_000, Y17, 8, 0, UNPRICED),
    ("group-pc", GROUP_PC, "buy", 10_000_000, Y17, 5, 300_000, BASIC),
)
ALSO_SERVES = {"office-laptop": CAM}  # 495/HD-PGD&ĐT, II.3.5: a laptop with a webcam will do

CATALOGUE = tuple(
    (code, item, mode, *NAMES[code], *terms, ALSO_SERVES.get(code, "")) for code, item, mode, *terms in OFFERS
)
