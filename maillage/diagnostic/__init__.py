"""The territory diagnosed: pure calculations in `calcul/`."""
