"""The screen of columns, for the staff: send an unknown table, check what was guessed, see, save, import."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from maillage.annuaire.colonnes import COLONNES_MAX, FichierDepose, deposer, enregistrer, oublier, retrouver
from maillage.annuaire.envoi import LimiteEnvoi, en_chemin
from maillage.annuaire.forms_colonnes import ColonnesForm, TableauForm, depart
from maillage.annuaire.import_apercu import apercu
from maillage.comptes.models import Personne
from maillage.core.erreurs import RegleMetier

REFUSE = 422


@csrf_exempt
def colonnes(request: HttpRequest) -> HttpResponse:
    """The token is checked one step later, by `_recevoir`: reading it here would read the file without its limit."""
    limite = LimiteEnvoi(request)
    request.upload_handlers.insert(0, limite)
    return _recevoir(request, limite=limite)


@csrf_protect
def _recevoir(request: HttpRequest, *, limite: LimiteEnvoi) -> HttpResponse:
    form = TableauForm()
    if request.method == "POST":
        form = TableauForm(request.POST, request.FILES, trop_gros=limite.depasse)
        if form.is_valid():
            try:
                return redirect("annuaire:colonnes_choisir", _deposer(request, form).jeton)
            except RegleMetier as refus:
                form.add_error("fichier", str(refus))
    contexte = {"form": form, "rubrique": "pro"}
    return render(request, "annuaire/colonnes.html", contexte, status=REFUSE if form.errors else 200)


def _deposer(request: HttpRequest, form: TableauForm) -> FichierDepose:
    """Kept only when it can be read and matched here."""
    fichier = form.cleaned_data["fichier"]
    with en_chemin(fichier) as chemin:
        depose = deposer(chemin, nom=fichier.name, par=cast(Personne, request.user))
    try:
        nombre = len(apercu(depose.chemin)["colonnes"])
        if nombre > COLONNES_MAX:
            raise RegleMetier(
                f"{nombre} colonnes : cet écran en montre {COLONNES_MAX} au plus. Ne gardez que les colonnes utiles."
            )
    except RegleMetier:
        oublier(depose)
        raise
    return depose


def colonnes_choisir(request: HttpRequest, jeton: str) -> HttpResponse:
    depose = retrouver(jeton, par=cast(Personne, request.user))
    if depose is None:
        raise Http404
    vu = apercu(depose.chemin)
    if request.method != "POST":
        form = ColonnesForm(
            initial=depart(vu["colonnes"], vu["devinees"], vu["cle"]), colonnes=vu["colonnes"]
        )
        return _montrer(request, depose, vu, form)
    form = ColonnesForm(request.POST, colonnes=vu["colonnes"])
    if form.is_valid():
        try:
            if "enregistrer" in request.POST:
                return redirect("annuaire:import_detail", _enregistrer(request, depose, form).uuid)
            vu = apercu(depose.chemin, form.correspondance)
        except RegleMetier as refus:
            form.add_error(None, str(refus))
    return _montrer(request, depose, vu, form)


def _enregistrer(request: HttpRequest, depose: FichierDepose, form: ColonnesForm) -> Any:
    if form.decrite is None:
        raise ValueError("a valid form has a description")
    return enregistrer(
        depose,
        decrite=form.decrite,
        edition_le=form.cleaned_data["edition_le"],
        par=cast(Personne, request.user),
        le=timezone.now(),
    )


def _montrer(
    request: HttpRequest, depose: FichierDepose, vu: dict[str, Any], form: ColonnesForm
) -> HttpResponse:
    contexte = {"form": form, "vu": vu, "nom": depose.nom, "rubrique": "pro"}
    return render(request, "annuaire/colonnes_choisir.html", contexte, status=REFUSE if form.errors else 200)
