"""The directory as files: what leaves (`selection`), under which columns (`colonnes`), in which format (`formats`).

Every value comes from `heritage.resoudre`, so a protected address leaves as its commune alone. Real records only,
unless examples are asked for; they then bear their mark.
"""
