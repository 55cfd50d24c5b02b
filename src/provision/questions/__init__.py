"""The questions a council asks, a file each, answered from a plan in a planner's words."""
