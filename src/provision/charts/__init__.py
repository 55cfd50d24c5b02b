"""One function a chart: a plan in, a picture out, with its source and, for made-up data, its banner."""

from provision.charts.answers import ANSWER_CHARTS, answered
from provision.charts.chart import Chart
from provision.charts.comparison import draw_comparison
from provision.charts.need import draw_need
from provision.charts.province import draw_province_money, draw_province_units, draw_province_years
from provision.charts.pupils import draw_pupils
from provision.charts.spending import draw_spending

CHARTS = (draw_need, draw_pupils, draw_spending)
"""Every chart of one plan, in the order a report shows them."""

PROVINCE_CHARTS = (draw_province_units, draw_province_years, draw_province_money)
"""Every chart of what many units come to together, in the order a report shows them."""

__all__ = [
    "ANSWER_CHARTS",
    "CHARTS",
    "PROVINCE_CHARTS",
    "Chart",
    "answered",
    "draw_comparison",
    "draw_need",
    "draw_province_money",
    "draw_province_units",
    "draw_province_years",
    "draw_pupils",
    "draw_spending",
]
