"""The territory diagnosed: what is surveyed and who holds which competence; pure calculations in `calcul/`."""
