"""The table of rights: one row per route, who may read it and who may act on it.

A route without a row is refused by `comptes/garde.py` and fails the tests. What a person may do with one object
(her own fiche, her own structure) is said by `permissions.py` of the object's app.
"""

from dataclasses import dataclass

from maillage.comptes.models import Role

Roles = frozenset[str]
TOUS: Roles = frozenset({"public"})
# Not a role: whoever is signed in, even without a role yet (she must be able to sign out).
COMPTE: Roles = frozenset({"compte"})
CONNECTES: Roles = frozenset(Role.values)
ADMINISTRATION: Roles = frozenset({Role.ADMINISTRATEUR})
COORDINATION: Roles = frozenset({Role.ADMINISTRATEUR, Role.COORDINATEUR})
EQUIPE: Roles = COORDINATION | {Role.PILOTE}
REPERTOIRE: Roles = COORDINATION | {Role.CONTRIBUTEUR}
REPERTOIRE_ET_STRUCTURES: Roles = REPERTOIRE | {Role.STRUCTURE}
PERSONNE: Roles = frozenset()


@dataclass(frozen=True, slots=True)
class Droit:
    """Who may read a route (GET, HEAD) and who may act on it (POST); an empty set: the method is not there."""

    lire: Roles = PERSONNE
    agir: Roles = PERSONNE


# Written out, not computed: this page is what a data-protection officer reads.
DROITS: dict[str, Droit] = {
    # --- portail -------------------------------------------------------------------------------
    "portail:accueil": Droit(lire=TOUS),
    "portail:sante": Droit(lire=TOUS),
    "portail:robots": Droit(lire=TOUS),
    "portail:icone": Droit(lire=TOUS),
    "portail:bureau": Droit(lire=COMPTE),
    "portail:accessibilite": Droit(lire=TOUS),
    "portail:donnees": Droit(lire=TOUS),
    "portail:mentions": Droit(lire=TOUS),
    "portail:aide": Droit(lire=TOUS),
    # --- territoire ----------------------------------------------------------------------------
    "territoire:calendrier": Droit(lire=COORDINATION),
    "territoire:vendredi_saint": Droit(lire=COORDINATION, agir=COORDINATION),
    # --- annuaire ------------------------------------------------------------------------------
    "annuaire:recherche": Droit(lire=TOUS),
    "annuaire:exporter": Droit(lire=TOUS),
    "annuaire:structure": Droit(lire=TOUS),
    "annuaire:service": Droit(lire=TOUS),
    "annuaire:structure_histoire": Droit(lire=REPERTOIRE_ET_STRUCTURES),
    "annuaire:structure_corriger": Droit(lire=REPERTOIRE_ET_STRUCTURES, agir=REPERTOIRE_ET_STRUCTURES),
    "annuaire:service_corriger": Droit(lire=REPERTOIRE_ET_STRUCTURES, agir=REPERTOIRE_ET_STRUCTURES),
    "annuaire:structure_corriger_groupe": Droit(lire=REPERTOIRE_ET_STRUCTURES, agir=REPERTOIRE_ET_STRUCTURES),
    "annuaire:service_corriger_groupe": Droit(lire=REPERTOIRE_ET_STRUCTURES, agir=REPERTOIRE_ET_STRUCTURES),
    "annuaire:structure_annexe_ajouter": Droit(lire=REPERTOIRE_ET_STRUCTURES, agir=REPERTOIRE_ET_STRUCTURES),
    "annuaire:service_annexe_ajouter": Droit(lire=REPERTOIRE_ET_STRUCTURES, agir=REPERTOIRE_ET_STRUCTURES),
    "annuaire:annexe_modifier": Droit(lire=REPERTOIRE_ET_STRUCTURES, agir=REPERTOIRE_ET_STRUCTURES),
    "annuaire:annexe_retirer": Droit(agir=REPERTOIRE_ET_STRUCTURES),
    "annuaire:correction_lever": Droit(agir=REPERTOIRE_ET_STRUCTURES),
    "annuaire:structure_ajouter": Droit(lire=REPERTOIRE, agir=REPERTOIRE),
    "annuaire:structure_fermer": Droit(lire=REPERTOIRE, agir=REPERTOIRE),
    "annuaire:structure_rouvrir": Droit(agir=REPERTOIRE),
    "annuaire:structure_retirer": Droit(lire=REPERTOIRE, agir=REPERTOIRE),
    "annuaire:structure_retablir": Droit(agir=REPERTOIRE),
    "annuaire:structure_membres": Droit(lire=REPERTOIRE, agir=REPERTOIRE),
    "annuaire:membre_retirer": Droit(agir=REPERTOIRE),
    "annuaire:sources": Droit(lire=REPERTOIRE),
    "annuaire:imports": Droit(lire=REPERTOIRE),
    "annuaire:import_nouveau": Droit(lire=REPERTOIRE, agir=REPERTOIRE),
    "annuaire:colonnes": Droit(lire=REPERTOIRE, agir=REPERTOIRE),
    "annuaire:colonnes_choisir": Droit(lire=REPERTOIRE, agir=REPERTOIRE),
    "annuaire:import_detail": Droit(lire=REPERTOIRE),
    "annuaire:import_confirmer": Droit(agir=REPERTOIRE),
    "annuaire:import_abandonner": Droit(agir=REPERTOIRE),
    "annuaire:doublons": Droit(lire=REPERTOIRE),
    "annuaire:doublon_examiner": Droit(agir=REPERTOIRE),
    # --- diagnostic ----------------------------------------------------------------------------
    "diagnostic:territoire": Droit(lire=TOUS),
    "diagnostic:commune": Droit(lire=TOUS),
    "recensement:tableau": Droit(lire=EQUIPE | REPERTOIRE | {Role.LECTEUR}),
    "recensement:tableau_csv": Droit(lire=EQUIPE | REPERTOIRE | {Role.LECTEUR}),
    "recensement:cellule": Droit(lire=EQUIPE | REPERTOIRE | {Role.LECTEUR}),
    "recensement:noter": Droit(agir=REPERTOIRE),
    "recensement:lot_annuler": Droit(agir=REPERTOIRE),
    "recensement:reglages": Droit(lire=COORDINATION, agir=COORDINATION),
    "recensement:competences": Droit(lire=EQUIPE | REPERTOIRE | {Role.LECTEUR}, agir=COORDINATION),
    "recensement:competence_retirer": Droit(agir=COORDINATION),
    # --- convention ----------------------------------------------------------------------------
    "convention:plan": Droit(lire=TOUS),
    "convention:plan_periode": Droit(lire=TOUS),
    "convention:fiche_en_vigueur": Droit(lire=TOUS),
    "convention:fiche": Droit(lire=TOUS),
    "convention:objectif": Droit(lire=TOUS),
    "convention:indicateur": Droit(lire=TOUS),
    "convention:fiche_version": Droit(lire=TOUS),
    "convention:fiche_histoire": Droit(lire=TOUS),
    "convention:document": Droit(lire=TOUS),
    "convention:fiche_modifier": Droit(lire=EQUIPE, agir=EQUIPE),
    "convention:objectif_modifier": Droit(lire=EQUIPE, agir=EQUIPE),
    "convention:plan_importer": Droit(lire=COORDINATION, agir=COORDINATION),
    "convention:plan_lecture": Droit(lire=COORDINATION, agir=COORDINATION),
    "convention:fiche_valider": Droit(lire=COORDINATION, agir=COORDINATION),
    "convention:fiche_retablir": Droit(agir=COORDINATION),
    "convention:cible_poser": Droit(lire=COORDINATION, agir=COORDINATION),
    # --- animation -----------------------------------------------------------------------------
    "animation:reunions": Droit(lire=EQUIPE | {Role.LECTEUR}),
    "animation:reunion": Droit(lire=EQUIPE | {Role.LECTEUR}),
    "animation:reunion_creer": Droit(lire=COORDINATION, agir=COORDINATION),
    "animation:reunion_etat": Droit(agir=COORDINATION),
    "animation:geler": Droit(agir=COORDINATION),
    "animation:point_ajouter": Droit(agir=COORDINATION),
    "animation:decider": Droit(lire=COORDINATION, agir=COORDINATION),
    "animation:decision_modifier": Droit(lire=COORDINATION, agir=COORDINATION),
    "animation:ecarts": Droit(lire=EQUIPE | {Role.LECTEUR}),
    # --- comptes (names are django-allauth's) ----------------------------------------------------
    "account_login": Droit(lire=TOUS, agir=TOUS),
    "account_logout": Droit(lire=TOUS, agir=TOUS),
    "account_request_login_code": Droit(lire=TOUS, agir=TOUS),
    "account_confirm_login_code": Droit(lire=TOUS, agir=TOUS),
    "account_reset_password": Droit(lire=TOUS, agir=TOUS),
    "account_reset_password_done": Droit(lire=TOUS),
    "account_reset_password_from_key": Droit(lire=TOUS, agir=TOUS),
    "account_reset_password_from_key_done": Droit(lire=TOUS),
    "account_change_password": Droit(lire=COMPTE, agir=COMPTE),
    "account_set_password": Droit(lire=COMPTE, agir=COMPTE),
    "account_reauthenticate": Droit(lire=COMPTE, agir=COMPTE),
    "account_signup": Droit(lire=TOUS),
    "account_inactive": Droit(lire=TOUS),
    "comptes:personnes": Droit(lire=ADMINISTRATION),
    "comptes:personne_ajouter": Droit(lire=ADMINISTRATION, agir=ADMINISTRATION),
    "comptes:personne_modifier": Droit(lire=ADMINISTRATION, agir=ADMINISTRATION),
}
