"""Plan folders on disk: written whole or not at all, read back, and kept reproducible."""

from provision.store.folder import save_plan
from provision.store.opening import open_plan

__all__ = ["open_plan", "save_plan"]
