"""Nouns: schools, enrolment, roadmap, catalogue, inventory, budget, scenario, problem, plan. Frozen; no files, no solver."""
