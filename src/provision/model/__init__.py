"""The rules of a plan as a linear program, the ladder of objectives, and the solver. The door of PuLP and HiGHS."""

from provision.model.solve import solve

__all__ = ["solve"]
