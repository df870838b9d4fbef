"""Rows that belong to one territory refuse a query without a scope; used by convention, instances, animation."""

from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class PorteeManquante(RuntimeError):
    """A query on a territory's rows that did not say which territory: a bug of ours, never shown."""


class TerritorialQuerySet(models.QuerySet[M]):
    """Refuses to run until `.du(territoire)` or `.sans_portee(motif)` was called somewhere in its chain.

    Rows reached through an object (`convention.axes.all()`) are in that object's territory: they need nothing more.
    """

    _portee = False

    def _clone(self) -> "TerritorialQuerySet[M]":
        copie = super()._clone()  # type: ignore[misc]
        copie._portee = self._portee
        return copie

    def du(self, territoire: models.Model) -> "TerritorialQuerySet[M]":
        """Rows of one territory."""
        chemin = self.model.chemin_territoire  # type: ignore[attr-defined]
        copie = self.filter(**{chemin: territoire})
        copie._portee = True
        return copie

    def sans_portee(self, motif: str) -> "TerritorialQuerySet[M]":
        """Rows of every territory; `motif` says why (tests hold the list of the callers)."""
        if not motif:
            raise PorteeManquante("sans_portee() wants a reason")
        copie = self._chain()  # type: ignore[attr-defined]
        copie._portee = True
        return copie

    def _exiger(self) -> None:
        if not self._portee and "instance" not in self._hints:  # type: ignore[attr-defined]
            raise PorteeManquante(f"{self.model.__name__}: call .du(territoire) before querying")

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._exiger()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._exiger()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        if self._result_cache is None:
            self._exiger()
        return super().count()

    def exists(self) -> bool:
        if self._result_cache is None:
            self._exiger()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> Any:
        self._exiger()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._exiger()
        return super().update(**kwargs)

    def delete(self) -> Any:
        self._exiger()
        return super().delete()
