"""The staff pages of one record: correct it, undo a correction, add one, close it, reopen it, read its history."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from maillage.annuaire import annexes, corrections, saisie
from maillage.annuaire.forms import FermetureForm, MotifForm, StructureForm
from maillage.annuaire.forms_correction import CorrectionForm
from maillage.annuaire.groupes import ESSENTIEL, GROUPES, Groupe, champs_de_l_unite, groupes_de
from maillage.annuaire.models import Correction, Service, Structure
from maillage.annuaire.permissions import get_correction_for, get_service_for, get_structure_for
from maillage.comptes.droits import REPERTOIRE
from maillage.comptes.models import Personne
from maillage.comptes.roles import roles_de
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import histoire

REFUSE, CONFLIT = 422, 409


@dataclass(frozen=True, slots=True)
class LigneChamp:
    """One field of the correction page: what is typed, who corrected it before, what another person saved."""

    champ: BoundField
    correction: Correction | None
    enregistre: Any
    en_conflit: bool


def structure_corriger(request: HttpRequest, identifiant: str, groupe: str = ESSENTIEL) -> HttpResponse:
    structure = get_structure_for(_personne(request), identifiant, roles=roles_de(request))
    return _corriger(request, structure, _groupe(structure, groupe))


def service_corriger(request: HttpRequest, identifiant: str, groupe: str = ESSENTIEL) -> HttpResponse:
    service = get_service_for(_personne(request), identifiant, roles=roles_de(request))
    return _corriger(request, service, _groupe(service, groupe))


def _groupe(objet: Structure | Service, slug: str) -> Groupe:
    groupe = GROUPES.get(slug)
    if groupe is None or groupe not in groupes_de(objet):
        raise Http404
    return groupe


def _corriger(request: HttpRequest, objet: Structure | Service, groupe: Groupe) -> HttpResponse:
    provenances = corrections.provenance(objet)
    donnees = request.POST if request.method == "POST" and groupe.unites(objet) else None
    form = CorrectionForm(objet, provenances, donnees, groupe=groupe)
    conflit: ConflitEdition | None = None
    if donnees is not None and form.is_valid():
        try:
            _enregistrer(request, objet, form)
        except ConflitEdition as refus:
            conflit = refus
        except RegleMetier as refus:
            _refuser(form, refus)
        else:
            messages.success(request, "C’est enregistré. La recherche le montrera dans quelques secondes.")
            return redirect(f"annuaire:{_genre(objet)}", objet.id)
    if conflit:
        form = _form_en_conflit(request, objet, provenances, groupe)
    contexte = {
        "form": form,
        "objet": objet,
        "genre": _genre(objet),
        "groupe": groupe,
        "groupes": groupes_de(objet),
        "essentiel": ESSENTIEL,
        "annexes": annexes.liste(objet, groupe.annexe) if groupe.annexe else [],
        "lignes": list(_lignes(form, provenances, conflit)),
        "conflit": conflit,
        "rubrique": "pro",
    }
    statut = CONFLIT if conflit else REFUSE if form.errors else 200
    return render(request, "annuaire/corriger.html", contexte, status=statut)


def _enregistrer(request: HttpRequest, objet: Structure | Service, form: CorrectionForm) -> None:
    maintenant = timezone.now()
    # A type variable stands for one model at a time; either will do here.
    corrections.corriger(
        cast(Structure, objet),
        champs=form.corrections(le=timezone.localdate(maintenant)),
        version=form.cleaned_data["version"],
        par=_personne(request),
        motif=form.cleaned_data["motif"],
        le=maintenant,
    )


def _form_en_conflit(
    request: HttpRequest,
    objet: Structure | Service,
    provenances: dict[str, corrections.Provenance],
    groupe: Groupe,
) -> CorrectionForm:
    """The typed text, on the version that is stored now: saving again is then a choice, made with both in sight."""
    objet.refresh_from_db()
    donnees = request.POST.copy()
    donnees["version"] = str(objet.version)
    return CorrectionForm(objet, provenances, donnees, groupe=groupe)


def _lignes(
    form: CorrectionForm, provenances: dict[str, corrections.Provenance], conflit: ConflitEdition | None
) -> Iterator[LigneChamp]:
    for unite, champs in form.parties.items():
        correction = _correction(unite, provenances)
        for rang, champ in enumerate(champs):
            yield LigneChamp(
                champ=form[champ],
                correction=correction if rang == 0 else None,
                enregistre=form.fields[champ].prepare_value(form[champ].initial),
                en_conflit=conflit is not None and champ in form.changed_data,
            )


def _correction(unite: str, provenances: dict[str, corrections.Provenance]) -> Correction | None:
    """The correction to undo for a unit of the form; undoing one field of a price undoes the price."""
    dits = (provenances.get(champ) for champ in champs_de_l_unite(unite))
    return next((dit.correction for dit in dits if dit and dit.correction), None)


@require_POST
def correction_lever(request: HttpRequest, pk: int) -> HttpResponse:
    correction = get_correction_for(_personne(request), pk, roles=roles_de(request))
    objet = corrections.lever(correction, par=_personne(request), le=timezone.now())
    messages.success(request, "La source a de nouveau la parole pour ce champ.")
    return redirect(f"annuaire:{_genre(objet)}_corriger", objet.id)


def structure_histoire(request: HttpRequest, identifiant: str) -> HttpResponse:
    structure = get_structure_for(_personne(request), identifiant, roles=roles_de(request))
    services = [(service, histoire(service)) for service in structure.services.order_by("n")]
    contexte = {
        "structure": structure,
        "actes": histoire(structure),
        "gerable": bool(roles_de(request) & REPERTOIRE),
        "services": services,
        "apports": structure.apports.select_related(
            "source_ref", "premier_import", "dernier_import"
        ).order_by("pk"),
        "rubrique": "pro",
    }
    return render(request, "annuaire/histoire.html", contexte)


def structure_ajouter(request: HttpRequest) -> HttpResponse:
    form = StructureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            structure = saisie.ajouter_structure(
                famille=form.cleaned_data["famille"],
                nom=form.cleaned_data["nom"],
                commune=form.cleaned_data["commune"],
                ouvert_le=form.cleaned_data["ouvert_le"],
                champs=form.autres_champs(),
                par=_personne(request),
                le=timezone.now(),
            )
        except RegleMetier as refus:
            _refuser(form, refus)
        else:
            messages.success(request, "La fiche est créée. La recherche la montrera dans quelques secondes.")
            return redirect("annuaire:structure", structure.id)
    contexte = {"form": form, "rubrique": "pro"}
    return render(request, "annuaire/ajouter.html", contexte, status=REFUSE if form.errors else 200)


def structure_fermer(request: HttpRequest, identifiant: str) -> HttpResponse:
    structure = get_structure_for(_personne(request), identifiant, roles=roles_de(request))
    form = FermetureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            saisie.fermer(
                structure,
                ferme_le=form.cleaned_data["ferme_le"],
                motif=form.cleaned_data["motif"],
                par=_personne(request),
                le=timezone.now(),
            )
        except RegleMetier as refus:
            _refuser(form, refus)
        else:
            messages.success(request, "La fermeture est notée. Vous pouvez rouvrir la fiche à tout moment.")
            return redirect("annuaire:structure", structure.id)
    contexte = {"form": form, "structure": structure, "rubrique": "pro"}
    return render(request, "annuaire/fermer.html", contexte, status=REFUSE if form.errors else 200)


@require_POST
def structure_rouvrir(request: HttpRequest, identifiant: str) -> HttpResponse:
    structure = get_structure_for(_personne(request), identifiant, roles=roles_de(request))
    form = MotifForm(request.POST)
    motif = form.cleaned_data["motif"] if form.is_valid() else ""
    saisie.rouvrir(structure, motif=motif, par=_personne(request), le=timezone.now())
    messages.success(request, "La fiche est rouverte. La recherche la montrera dans quelques secondes.")
    return redirect("annuaire:structure", structure.id)


def _refuser(form: Any, refus: RegleMetier) -> None:
    for phrase in str(refus).splitlines():
        form.add_error(None, phrase)


def _genre(objet: Structure | Service) -> str:
    return "service" if isinstance(objet, Service) else "structure"


def _personne(request: HttpRequest) -> Personne:
    return cast(Personne, request.user)
