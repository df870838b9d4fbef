"""What the convention counts: the language of definitions, their evaluation, the series of values."""
