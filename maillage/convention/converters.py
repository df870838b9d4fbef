"""The kinds of names in an address of the plan: a period (2024-2026), a code (3.2, T1), a number (2, 1.1)."""


class Periode:
    regex = r"\d{4}-\d{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Code:
    """A label of the plan: « 1.1 », « T2 », « A3 »; two digits at most a number, so never a year."""

    regex = r"[A-Z]{0,3}\d{1,2}(?:\.\d{1,2}){0,2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Numero:
    """An objectif in its fiche: « 2 », or « 1.1 » for the first child of the first."""

    regex = r"\d{1,5}(?:\.\d{1,5})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class CodeIndicateur:
    """« 3.2b », or « 3-2b »: the code of an indicator."""

    regex = r"[0-9A-Za-z.-]{1,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
