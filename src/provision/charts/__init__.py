"""One function a chart: a plan in, a picture out, with its source and, for made-up data, its banner."""

from provision.charts.answers import ANSWER_CHARTS, answered
from provision.charts.chart import Chart
from provision.charts.comparison import draw_comparison
from provision.charts.need import draw_need
from provision.charts.pupils import draw_pupils
from provision.charts.spending import draw_spending

CHARTS = (draw_need, draw_pupils, draw_spending)
"""Every chart of one plan, in the order a report shows them."""

__all__ = [
    "ANSWER_CHARTS",
    "CHARTS",
    "Chart",
    "answered",
    "draw_comparison",
    "draw_need",
    "draw_pupils",
    "draw_spending",
]
