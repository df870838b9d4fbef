"""The private pages of the recensement: the board, one cell, what is noted and undone, settings, competences."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from maillage.comptes.droits import COORDINATION
from maillage.comptes.models import Personne
from maillage.comptes.roles import roles_de
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import histoire
from maillage.diagnostic.affichage import CELLULES_PAR_PAGE, avancements, geste_fait, grille, groupes
from maillage.diagnostic.competences import faits_notes, noter_competence, retirer_competence, titulaires
from maillage.diagnostic.demandes import demandes, mairies_de
from maillage.diagnostic.export import en_csv
from maillage.diagnostic.filtre import ETATS, Filtre, lire_cles, lire_filtre, lire_lot
from maillage.diagnostic.forms import BOUTONS, CompetenceForm, ConstatForm, ReglagesForm
from maillage.diagnostic.permissions import get_cellule_for, peut_noter
from maillage.diagnostic.recensement import annuler, histoire_de, noter_recensement, objet_du_journal
from maillage.diagnostic.reglages import reglages_de, regler
from maillage.diagnostic.sujets import sujet_de
from maillage.diagnostic.tableau import Tableau, etat_recensement
from maillage.territoire.communes import communes_du_territoire
from maillage.territoire.models import Territoire

APPELS_EN_TETE = 6
APPELS_PAR_PAGE = 40


def tableau(request: HttpRequest) -> HttpResponse:
    """The board: progress and calls; with a filter, the cells; `vue=tableau`, the grid; `vue=appels`, every call."""
    filtre, ici = lire_filtre(request.GET), _ici(request)
    lu = etat_recensement(ici, le=timezone.localdate())
    contexte = _du_tableau(request, lu, filtre)
    if filtre.vue == "tableau":
        contexte |= {"grille": grille(lu, filtre), "colonnes": _colonnes(lu, filtre)}
        return render(request, "diagnostic/grille.html", contexte)
    if filtre.vue == "appels" or filtre.is_vide:
        appels = demandes(lu, titulaires(ici, lu.le), mairies_de(lu))
        contexte |= {"appels": Paginator(appels, APPELS_PAR_PAGE).get_page(request.GET.get("page"))}
        if filtre.vue == "appels":
            return render(request, "diagnostic/appels.html", contexte)
        contexte |= {"premiers": appels[:APPELS_EN_TETE], "avancements": avancements(lu)}
        return render(request, "diagnostic/tableau.html", contexte)
    gardees = [cellule for cellule in lu.cellules if filtre.garde(cellule)]
    page = Paginator(gardees, CELLULES_PAR_PAGE).get_page(request.GET.get("page"))
    contexte |= {"page": page, "groupes": groupes(page.object_list, par_commune=bool(filtre.commune))}
    return render(request, "diagnostic/liste.html", contexte)


def _colonnes(lu: Tableau, filtre: Filtre) -> list[Any]:
    return [famille for famille in lu.familles if filtre.famille in {"", famille.slug}]


def tableau_csv(request: HttpRequest) -> HttpResponse:
    filtre, ici = lire_filtre(request.GET), _ici(request)
    lu = etat_recensement(ici, le=timezone.localdate())
    texte = en_csv(filter(filtre.garde, lu.cellules), titulaires(ici, lu.le))
    reponse = HttpResponse(texte, content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="recensement-{ici.slug}-{lu.le:%Y-%m-%d}.csv"'
    return reponse


def noter(request: HttpRequest) -> HttpResponse:
    """What was found in the cells ticked, all at once; a refusal keeps the boxes and the words."""
    ici, maintenant = _ici(request), timezone.now()
    cles = lire_cles(request.POST.getlist("cellule"))
    filtre = lire_filtre(request.POST, etat_sous="filtre_etat")
    form = ConstatForm(request.POST, aujourd_hui=timezone.localdate(maintenant))
    if form.is_valid():
        try:
            actes = noter_recensement(
                ici, cles, par=_moi(request), maintenant=maintenant, **form.cleaned_data
            )
        except RegleMetier as refus:
            form.add_error(None, str(refus))
        else:
            return redirect(reverse("recensement:tableau") + filtre.adresse(lot=actes[0].lot))
    lu = etat_recensement(ici, le=timezone.localdate(maintenant))
    cochees = [lu.par_cle[cle] for cle in cles if cle in lu.par_cle]
    contexte = _commun(request) | {"form": form, "cochees": cochees, "filtre": filtre}
    return render(request, "diagnostic/noter.html", contexte, status=422)


def lot_annuler(request: HttpRequest, lot: UUID) -> HttpResponse:
    filtre = lire_filtre(request.POST, etat_sous="filtre_etat")
    annules = annuler(_ici(request), lot, par=_moi(request), maintenant=timezone.now())
    combien = "1 case revient" if len(annules) == 1 else f"{len(annules)} cases reviennent"
    messages.success(request, f"C’est annulé : {combien} à ce que l’on savait avant.")
    return redirect(reverse("recensement:tableau") + filtre.adresse())


def cellule(request: HttpRequest, famille: str, code: str) -> HttpResponse:
    """One family in one commune: the state, who says it, what is known, what was said before."""
    ici, le = _ici(request), timezone.localdate()
    lue = get_cellule_for(ici, famille, code, le=le)
    sujet = sujet_de(lue.famille)
    contexte = _commun(request) | {
        "cellule": lue,
        "titulaire": titulaires(ici, le).de(sujet, lue.commune) if sujet else None,
        "actes": histoire_de(ici, famille, code),
        "journal": histoire(objet_du_journal(ici, famille))[:10],
        "form": ConstatForm(aujourd_hui=le),
        "filtre": Filtre(famille=famille, commune=code),
    }
    return render(request, "diagnostic/cellule.html", contexte)


def reglages(request: HttpRequest) -> HttpResponse:
    ici = _ici(request)
    form = ReglagesForm(request.POST or None, reglages=reglages_de(ici))
    if request.method == "POST" and form.is_valid():
        regler(
            ici,
            seuil=form.cleaned_data["seuil"] / 100,
            duree_mois=form.cleaned_data["duree_mois"],
            durees=form.durees(),
            version=form.cleaned_data["version"],
            par=_moi(request),
            le=timezone.now(),
        )
        messages.success(
            request, "Les réglages sont enregistrés. Les totaux en tiennent compte tout de suite."
        )
        return redirect("recensement:reglages")
    contexte = _commun(request) | {"form": form}
    return render(request, "diagnostic/reglages.html", contexte, status=422 if form.errors else 200)


def competences(request: HttpRequest) -> HttpResponse:
    """Who holds what, and the form that says it."""
    ici, le = _ici(request), timezone.localdate()
    communes = list(communes_du_territoire(ici).order_by("cle"))
    form = CompetenceForm(request.POST or None, communes=communes, aujourd_hui=le)
    if request.method == "POST" and form.is_valid():
        try:
            faits = noter_competence(ici, par=_moi(request), le=timezone.now(), **form.cleaned_data)
        except RegleMetier as refus:
            form.add_error(None, str(refus))
        else:
            ou = "tout le territoire" if faits[0].commune_id is None else f"{len(faits)} commune(s)"
            messages.success(request, f"C’est noté pour {ou}. Les pages publiques le disent maintenant.")
            return redirect("recensement:competences")
    contexte = _commun(request) | {"form": form, "faits": faits_notes(ici)}
    return render(request, "diagnostic/competences.html", contexte, status=422 if form.errors else 200)


def competence_retirer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    retirer_competence(_ici(request), uuid, par=_moi(request), le=timezone.now())
    messages.success(request, "C’est retiré. Le journal garde ce qui avait été noté.")
    return redirect("recensement:competences")


def _du_tableau(request: HttpRequest, lu: Tableau, filtre: Filtre) -> dict[str, Any]:
    """What every form of the board shows: the filter, the choices, what was just done and how to undo it."""
    lot = lire_lot(request.GET)
    return _commun(request) | {
        "lu": lu,
        "filtre": filtre,
        "etats": ETATS,
        "boutons": BOUTONS,
        "form": ConstatForm(aujourd_hui=lu.le),
        "geste": geste_fait(_ici(request), lot) if lot and peut_noter(roles_de(request)) else None,
    }


def _commun(request: HttpRequest) -> dict[str, Any]:
    roles = roles_de(request)
    return {"rubrique": "pro", "peut_noter": peut_noter(roles), "coordonne": bool(roles & COORDINATION)}


def _ici(request: HttpRequest) -> Territoire:
    territoire = request.territoire  # type: ignore[attr-defined]
    if not territoire:
        raise Http404("Aucun territoire n’est encore chargé.")
    return cast("Territoire", territoire)


def _moi(request: HttpRequest) -> Personne:
    return cast("Personne", request.user)
