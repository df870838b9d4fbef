"""Open an account, give and take roles, suspend and reactivate; called by the pages of `comptes/views.py`."""

from datetime import datetime

from django.db import transaction

from maillage.comptes.models import Attribution, Personne, Role
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import difference, journaliser
from maillage.territoire.models import Territoire

IDENTITE = ("prenom", "nom", "email")


def ajouter_personne(
    *,
    prenom: str,
    nom: str,
    email: str,
    role: str,
    territoire: Territoire | None,
    par: Personne | None,
    le: datetime,
) -> Personne:
    """Open an account without a password: the first sign-in is by e-mail code. Nothing is sent."""
    with transaction.atomic():
        personne = Personne.objects.create_user(email, prenom=prenom, nom=nom)
        attribuer(personne, role, territoire=territoire, le=le)
        journaliser(
            "Compte ouvert",
            personne,
            par=par,
            le=le,
            champs={"nom": [None, str(personne)], "email": [None, personne.email], "rôles": [[], [role]]},
        )
    return personne


def attribuer(personne: Personne, role: str, *, territoire: Territoire | None, le: datetime) -> None:
    """The administrator's role is on the instance, every other one on a territory."""
    lieu = None if role == Role.ADMINISTRATEUR else territoire
    if lieu is None and role != Role.ADMINISTRATEUR:
        raise RegleMetier("Choisissez le territoire de ce rôle.")
    Attribution.objects.get_or_create(
        personne=personne, role=role, territoire=lieu, defaults={"depuis": le.date()}
    )


def roles_tenus(personne: Personne, territoire: Territoire | None) -> list[str]:
    """Roles that this page may change: those of one territory and the administrator's, in the table's order."""
    tenus = {
        a.role
        for a in personne.attributions.all()
        if a.territoire_id == (territoire.pk if territoire else None) or a.role == Role.ADMINISTRATEUR
    }
    return [role for role in Role.values if role in tenus]


def modifier_personne(
    personne: Personne,
    *,
    identite: dict[str, str],
    roles: list[str],
    territoire: Territoire | None,
    par: Personne,
    le: datetime,
) -> bool:
    """Write the identity and the roles, and one act if something changed; gives whether it did."""
    with transaction.atomic():
        avant = {champ: getattr(personne, champ) for champ in IDENTITE}
        tenus = roles_tenus(personne, territoire)
        voulus = [role for role in Role.values if role in roles]
        champs = difference(avant | {"rôles": tenus}, identite | {"rôles": voulus})
        if not champs:
            return False
        if Role.ADMINISTRATEUR in tenus and Role.ADMINISTRATEUR not in voulus:
            _garder_un_administrateur(personne)
        for champ, valeur in identite.items():
            setattr(personne, champ, valeur)
        personne.save(update_fields=list(identite))
        for role in set(tenus) - set(voulus):
            lieu = None if role == Role.ADMINISTRATEUR else territoire
            personne.attributions.filter(role=role, territoire=lieu).delete()
        for role in set(voulus) - set(tenus):
            attribuer(personne, role, territoire=territoire, le=le)
        journaliser("Compte modifié", personne, par=par, le=le, champs=champs)
    return True


def suspendre(personne: Personne, *, par: Personne, le: datetime) -> None:
    """The person is out at her next request; nothing she wrote is touched."""
    if personne.pk == par.pk:
        raise RegleMetier(
            "Vous ne pouvez pas suspendre votre propre compte. Demandez à un autre administrateur."
        )
    with transaction.atomic():
        _garder_un_administrateur(personne)
        _rendre(personne, active=False, acte="Compte suspendu", par=par, le=le)


def reactiver(personne: Personne, *, par: Personne, le: datetime) -> None:
    with transaction.atomic():
        _rendre(personne, active=True, acte="Compte réactivé", par=par, le=le)


def _rendre(personne: Personne, *, active: bool, acte: str, par: Personne, le: datetime) -> None:
    """Change the state once: two clicks write one act."""
    if Personne.objects.filter(pk=personne.pk, is_active=not active).update(is_active=active):
        journaliser(acte, personne, par=par, le=le, champs={"peut se connecter": [not active, active]})
    personne.is_active = active


def _garder_un_administrateur(personne: Personne) -> None:
    """An instance without administrator could never open an account again."""
    restent = Attribution.objects.filter(role=Role.ADMINISTRATEUR, personne__is_active=True)
    if restent.filter(personne=personne).exists() and not restent.exclude(personne=personne).exists():
        raise RegleMetier(
            "C’est le dernier administrateur. Donnez d’abord ce rôle à une autre personne, puis recommencez."
        )
