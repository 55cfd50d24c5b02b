"""One function a chart: a plan in, a picture out, with its source and, for made-up data, its banner."""

from provision.charts.ages import draw_ages
from provision.charts.answers import ANSWER_CHARTS, answered
from provision.charts.chart import Chart
from provision.charts.comparison import draw_comparison
from provision.charts.coverage import draw_coverage
from provision.charts.fairness import draw_fairness
from provision.charts.flow import draw_flow
from provision.charts.gallery import GALLERY, exhibits
from provision.charts.need import draw_need
from provision.charts.province import draw_province_money, draw_province_units, draw_province_years
from provision.charts.pupils import draw_pupils
from provision.charts.rollout import draw_rollout
from provision.charts.spending import draw_spending

CHARTS = (draw_need, draw_pupils, draw_spending)
"""The charts of one plan that every report shows, in its order."""

PROVINCE_CHARTS = (draw_province_units, draw_province_years, draw_province_money)
"""Every chart of what many units come to together, in the order a report shows them."""

__all__ = [
    "ANSWER_CHARTS",
    "CHARTS",
    "GALLERY",
    "PROVINCE_CHARTS",
    "Chart",
    "answered",
    "draw_ages",
    "draw_comparison",
    "draw_coverage",
    "draw_fairness",
    "draw_flow",
    "draw_need",
    "draw_province_money",
    "draw_province_units",
    "draw_province_years",
    "draw_pupils",
    "draw_rollout",
    "draw_spending",
    "exhibits",
]
