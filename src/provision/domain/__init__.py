"""Nouns, frozen: schools, enrolment, roadmap, catalogue, inventory, budget, scenario, problem, plan."""
