"""Saying what was found, confirming a zero, undoing: what is kept, what is refused, what the journal tells."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from maillage.annuaire.models import Doublon, Lieu, Service
from maillage.comptes.models import Personne, Role
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import histoire, verifier_chaine
from maillage.diagnostic.models import Recensement, ReglageTerritoire
from maillage.diagnostic.phrases import phrase_recensement, refus_de_total
from maillage.diagnostic.recensement import annuler, confirmer_zero, histoire_de, objet_du_journal
from maillage.diagnostic.reglages import Reglages, reglages_de, regler
from maillage.diagnostic.tableau import est_couvert, etat_recensement, part_recensee
from maillage.territoire.models import Commune, Territoire
from tests.diagnostic.conftest import BRUEBACH, LE, MULHOUSE, RIXHEIM, noter, ouvrir
from tests.make import (
    INSTANT,
    make_commune,
    make_groupement,
    make_personne,
    make_source,
    make_structure,
    make_territoire,
)

pytestmark = pytest.mark.django_db
Communes = dict[str, Commune]


def etat(territoire: Territoire, code: str = RIXHEIM, famille: str = "france-services", le: date = LE) -> str:
    return etat_recensement(territoire, le=le).cellule(famille, code).constat.etat


def zero(territoire: Territoire, par: Personne, *codes: str, le: date = LE) -> list[Recensement]:
    return confirmer_zero(territoire, "france-services", codes, le=le, par=par, maintenant=INSTANT)


def test_a_person_says_what_she_found_and_the_journal_tells_it(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    noter(m2a, awa, RIXHEIM, MULHOUSE, aupres_de=" la \u202emairie ", note="Vu au guichet.")

    tableau = etat_recensement(m2a, le=LE)
    parole = tableau.cellule("france-services", RIXHEIM).constat.parole
    acte = histoire(objet_du_journal(m2a, "france-services")).get()
    assert parole is not None
    assert (parole.etat, parole.par, parole.aupres_de) == ("recense", "Awa E.", "la mairie")
    assert (parole.le, parole.expire_le) == (LE, date(2027, 11, 25))
    assert [etat(m2a, code) for code in (MULHOUSE, RIXHEIM, BRUEBACH)] == [
        "recense",
        "recense",
        "non_recense",
    ]
    assert acte.contenu.champs == {
        "Rixheim": ["non recensé", "recensé"],
        "Mulhouse": ["non recensé", "recensé"],
    }
    assert (acte.par, acte.motif) == (awa, "Vu au guichet.")


def test_a_zero_is_confirmed_in_one_act_and_undone_in_another(
    m2a: Territoire, communes: Communes, awa: Personne, bruno: Personne
) -> None:
    actes = zero(m2a, awa, RIXHEIM, BRUEBACH)

    assert (etat(m2a), etat(m2a, BRUEBACH)) == ("zero_confirme", "zero_confirme")
    annuler(m2a, actes[0].lot, par=bruno, maintenant=INSTANT)
    assert (etat(m2a), etat(m2a, BRUEBACH)) == ("non_recense", "non_recense")
    (dit,) = histoire_de(m2a, "france-services", RIXHEIM)
    assert (dit.etat, dit.annulation.par) == ("zero_confirme", bruno)
    assert [a.acte for a in histoire(objet_du_journal(m2a, "france-services"))] == [
        "annuler un recensement",
        "noter un recensement",
    ]
    assert verifier_chaine() == []


def test_undoing_gives_back_what_was_known_before(m2a: Territoire, communes: Communes, awa: Personne) -> None:
    noter(m2a, awa, RIXHEIM, etat="partiel", le=date(2026, 1, 1))
    (acte,) = zero(m2a, awa, RIXHEIM)

    annuler(m2a, acte.lot, par=awa, maintenant=INSTANT)

    assert etat(m2a) == "partiel"


def test_a_gesture_is_undone_once(m2a: Territoire, communes: Communes, awa: Personne) -> None:
    (acte,) = zero(m2a, awa, RIXHEIM)
    annuler(m2a, acte.lot, par=awa, maintenant=INSTANT)

    with pytest.raises(RegleMetier, match="déjà annulé"):
        annuler(m2a, acte.lot, par=awa, maintenant=INSTANT)


def test_nobody_undoes_a_gesture_of_another_territory(
    m2a: Territoire, ailleurs: Territoire, communes: Communes, awa: Personne, denis: Personne
) -> None:
    (acte,) = zero(m2a, awa, RIXHEIM)

    with pytest.raises(RegleMetier, match="n’a jamais été fait"):
        annuler(ailleurs, acte.lot, par=denis, maintenant=INSTANT)
    assert etat(m2a) == "zero_confirme"


def test_a_zero_is_refused_where_a_service_stands_and_nothing_is_written(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    ouvrir(communes[RIXHEIM], "Espace Rixheim")

    with pytest.raises(RegleMetier, match=r"« Espace Rixheim » à Rixheim .* est dans le répertoire"):
        zero(m2a, awa, BRUEBACH, RIXHEIM)

    assert Recensement.base.count() == 0
    assert histoire(objet_du_journal(m2a, "france-services")).count() == 0


@pytest.mark.parametrize(
    "changement",
    [
        {"exemple": True},
        {"ferme_le": date(2026, 11, 25)},
        {"retire_le": INSTANT},
        {"ouvert_le": date(2026, 11, 26)},
        {"famille": "mairie"},
    ],
)
def test_an_example_a_closed_a_withdrawn_or_a_future_service_is_no_obstacle(
    m2a: Territoire, communes: Communes, awa: Personne, changement: dict[str, object]
) -> None:
    service = ouvrir(communes[RIXHEIM])
    Service.objects.filter(pk=service.pk).update(**changement)

    zero(m2a, awa, RIXHEIM)

    assert etat(m2a) == "zero_confirme"


def test_a_service_of_a_former_commune_or_at_a_second_site_is_an_obstacle(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    ancienne = make_commune("68999", "Île Napoléon", type="deleguee", parente=communes[RIXHEIM])
    ouvrir(ancienne, "Point de quartier")
    autre = ouvrir(communes[MULHOUSE], "Siège de Mulhouse")
    Lieu.objects.create(service=autre, commune_officielle=communes[BRUEBACH])

    with pytest.raises(RegleMetier, match="« Point de quartier » à Rixheim"):
        zero(m2a, awa, RIXHEIM)
    with pytest.raises(RegleMetier, match="« Siège de Mulhouse » à Bruebach"):
        zero(m2a, awa, BRUEBACH)


def test_a_service_that_comes_after_a_zero_denies_it(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    zero(m2a, awa, RIXHEIM)
    ouvrir(communes[RIXHEIM], "Nouveau lieu")

    vue = etat_recensement(m2a, le=LE).cellule("france-services", RIXHEIM)

    assert (vue.constat.etat, vue.constat.dementi, vue.nombre) == ("partiel", True, 1)
    assert not est_couvert("france-services", communes[RIXHEIM], LE)


@pytest.mark.parametrize(
    ("champs", "refus"),
    [
        ({"le": LE + timedelta(days=1)}, "pas encore passé"),
        ({"le": date(1999, 12, 31)}, "après le 1er janvier 2000"),
        ({"etat": "non_recense"}, "annulez ce qui a été noté"),
        ({"etat": "annulation"}, "annulez ce qui a été noté"),
        ({"etat": "' OR 1=1"}, "annulez ce qui a été noté"),
        ({"famille": "licorne"}, "Famille de service inconnue : « licorne »"),
        ({"expire_le": LE}, "doit suivre"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_remedy(
    m2a: Territoire, communes: Communes, awa: Personne, champs: dict[str, object], refus: str
) -> None:
    with pytest.raises(RegleMetier, match=refus):
        noter(m2a, awa, RIXHEIM, **champs)  # type: ignore[arg-type]
    assert Recensement.base.count() == 0


@pytest.mark.parametrize(
    ("codes", "refus"),
    [
        ((), "au moins une commune"),
        (("68297",), "pas de ce territoire"),
        (("68278", "99999"), "pas de ce territoire"),
    ],
)
def test_a_commune_that_is_not_of_here_is_refused(
    m2a: Territoire, communes: Communes, awa: Personne, codes: tuple[str, ...], refus: str
) -> None:
    with pytest.raises(RegleMetier, match=refus):
        noter(m2a, awa, *codes)


def test_the_engine_refuses_to_rewrite_what_was_said(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    (acte,) = noter(m2a, awa, RIXHEIM)

    for requete in (
        "UPDATE diagnostic_recensement SET etat = 'partiel'",
        "DELETE FROM diagnostic_recensement",
    ):
        with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
            connection.cursor().execute(requete)
    acte.refresh_from_db()
    assert acte.etat == "recense"


@pytest.mark.parametrize(
    "champs",
    [{"expire_le": LE}, {"etat": "annulation"}, {"etat": "non_recense"}],
    ids=["expiry", "undo", "state"],
)
def test_the_engine_holds_what_must_always_hold(
    m2a: Territoire, communes: Communes, awa: Personne, champs: dict[str, object]
) -> None:
    defaut = {"etat": "recense", "le": LE, "expire_le": date(2027, 1, 1), "famille": "mairie", "par": awa}
    with pytest.raises(IntegrityError), transaction.atomic():
        Recensement.base.create(
            territoire=m2a,
            commune=communes[RIXHEIM],
            note_le=INSTANT,
            **(defaut | champs),  # type: ignore[arg-type]
        )


def test_a_state_is_known_at_any_past_day(m2a: Territoire, communes: Communes, awa: Personne) -> None:
    noter(m2a, awa, RIXHEIM, etat="partiel", le=date(2024, 5, 1))
    zero(m2a, awa, RIXHEIM, le=date(2025, 5, 1))

    lus = [
        etat(m2a, le=le) for le in (date(2024, 4, 30), date(2024, 5, 1), date(2025, 4, 30), date(2025, 5, 1))
    ]

    assert lus == ["non_recense", "partiel", "partiel", "zero_confirme"]


def test_a_list_complete_by_nature_is_a_census_and_a_newer_word_wins(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    make_source("france-services", edition_le=date(2024, 8, 1), departements_complets=["68"])

    assert [etat(m2a, code) for code in communes] == ["recense"] * 3
    assert Recensement.base.count() == 0
    noter(m2a, awa, RIXHEIM, etat="partiel")
    assert (etat(m2a), etat(m2a, MULHOUSE)) == ("partiel", "recense")


def test_an_example_source_is_no_census(m2a: Territoire, communes: Communes) -> None:
    make_source("france-services", edition_le=date(2024, 8, 1), departements_complets=["68"], exemple=True)

    assert etat(m2a) == "non_recense"


def test_the_share_surveyed_is_of_communes_and_of_people(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    noter(m2a, awa, MULHOUSE)
    zero(m2a, awa, BRUEBACH)

    part = part_recensee(m2a, "france-services", LE)

    assert (part.communes, part.recensees) == (3, 2)
    assert (part.population, part.population_recensee) == (120_440, 106_060)
    assert not part.suffisante
    assert refus_de_total(part) == (
        "Pas de total : 1 commune n’est pas recensée sur 3 pour « France services ». "
        "Il en faut 100 % pour donner un chiffre."
    )


def test_an_unknown_population_makes_an_unknown_share_never_a_smaller_one(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    Commune.objects.filter(code=BRUEBACH).update(population=None)
    noter(m2a, awa, MULHOUSE)

    part = part_recensee(m2a, "france-services", LE)

    assert (part.population, part.part_population, part.part) == (None, None, 1 / 3)


def test_the_threshold_of_the_territory_lets_a_total_be_given(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    noter(m2a, awa, MULHOUSE, RIXHEIM)
    regler(m2a, seuil=0.6, duree_mois=6, durees={"mairie": 36, "licorne": 3}, version=0, par=awa, le=INSTANT)

    part = part_recensee(m2a, "france-services", LE)

    assert (part.seuil, part.suffisante, refus_de_total(part)) == (0.6, True, "")
    assert reglages_de(m2a) == Reglages(0.6, 6, {"mairie": 36}, 2)
    assert histoire(ReglageTerritoire.base.get()).get().contenu.champs == {
        "seuil": ["100 %", "60 %"],
        "duree_mois": [12, 6],
        "durees": [[], ["Mairie : 36 mois"]],
    }


def test_a_census_expires_after_the_months_of_its_family(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    regler(m2a, seuil=1.0, duree_mois=6, durees={"mairie": 36}, version=0, par=awa, le=INSTANT)

    (court,) = noter(m2a, awa, RIXHEIM)
    (long,) = noter(m2a, awa, RIXHEIM, famille="mairie")

    assert (court.expire_le, long.expire_le) == (date(2027, 5, 25), date(2029, 11, 25))


def test_two_people_do_not_overwrite_each_other_s_settings(m2a: Territoire, awa: Personne) -> None:
    regler(m2a, seuil=0.9, duree_mois=12, durees={}, version=0, par=awa, le=INSTANT)

    with pytest.raises(ConflitEdition):
        regler(m2a, seuil=0.5, duree_mois=12, durees={}, version=0, par=awa, le=INSTANT)
    assert reglages_de(m2a).seuil == 0.9


def test_one_offer_under_two_records_is_one(m2a: Territoire, communes: Communes) -> None:
    a, b, c = (ouvrir(communes[MULHOUSE], nom) for nom in ("A", "B", "C"))
    Doublon.objects.create(
        premiere=a.structure_ref, seconde=b.structure_ref, motif="même lieu", etat="meme", signale_le=INSTANT
    )

    vue = etat_recensement(m2a, le=LE).cellule("france-services", MULHOUSE)

    assert [fiche.nom for fiche in vue.services] == ["A", "C"]
    assert c.nom == "C"


def test_another_territory_s_words_are_not_heard(
    m2a: Territoire, ailleurs: Territoire, communes: Communes, denis: Personne
) -> None:
    make_commune("74001", "Marignier", groupement=ailleurs.groupement)
    noter(ailleurs, denis, "74001")

    assert [c.etat for c in Recensement.objects.du(m2a)] == []
    assert {cellule.constat.etat for cellule in etat_recensement(m2a, le=LE).cellules} == {"non_recense"}


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_board_is_read_in_seven_queries_whatever_it_holds(
    m2a: Territoire, communes: Communes, awa: Personne, nombre: int, django_assert_num_queries
) -> None:
    for code in list(communes)[:nombre]:
        noter(m2a, awa, code)
        ouvrir(communes[code], f"Lieu {code}")

    # Communes, lists, settings, words, services and their sites, pairs known to be one offer.
    with django_assert_num_queries(7):
        etat_recensement(m2a, le=LE)
    with django_assert_num_queries(7):
        etat_recensement(m2a, familles=["france-services"], communes=[MULHOUSE], le=LE)


def test_the_sentence_of_a_commune_says_what_is_known(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    rixheim = communes[RIXHEIM]

    def dit(le: date = LE) -> str:
        return phrase_recensement("france-services", rixheim, le)

    assert dit() == (
        "France services : ce service n’est pas encore recensé à Rixheim. Il en existe peut-être."
    )
    noter(m2a, awa, RIXHEIM, etat="partiel", le=date(2026, 1, 5))
    assert dit() == (
        "France services : ce service n’est recensé qu’en partie à Rixheim. Il en existe peut-être."
    )
    zero(m2a, awa, RIXHEIM, le=date(2026, 2, 5))
    assert dit() == (
        "France services : il n’y en a pas à Rixheim, zéro confirmé le 5\u00a0février\u00a02026 par Awa E."
    )
    assert dit(date(2027, 2, 5)).endswith("Cette information est ancienne : elle est à revérifier.")


def test_a_commune_that_nobody_serves_or_an_unknown_family_is_not_said_to_be_empty(
    m2a: Territoire, communes: Communes
) -> None:
    saint_louis = Commune.objects.get(code="68297")

    assert "pas encore recensé à Saint-Louis" in phrase_recensement("mairie", saint_louis, LE)
    assert phrase_recensement("licorne", communes[RIXHEIM], LE).startswith(
        "licorne : ce service n’est pas encore"
    )
    assert not est_couvert("mairie", saint_louis, LE)


def test_a_part_of_a_commune_speaks_for_the_whole(m2a: Territoire, communes: Communes, awa: Personne) -> None:
    ile = make_commune("68999", "Île Napoléon", type="deleguee", parente=communes[RIXHEIM], groupement=None)
    noter(m2a, awa, RIXHEIM)

    assert est_couvert("france-services", ile, LE)


class MachineDuRecensement(RuleBasedStateMachine):
    """Any order of gestures, openings and closings: the board never says a zero where a service stands."""

    def __init__(self) -> None:
        super().__init__()
        self.atome = transaction.atomic()
        self.atome.__enter__()
        self.territoire = make_territoire("machine", groupement=make_groupement("200066009"))
        self.commune = make_commune(RIXHEIM, "Rixheim", groupement=self.territoire.groupement)
        self.awa = make_personne("Awa", Role.COORDINATEUR, self.territoire)
        self.poses: list[tuple[UUID, str, date]] = []
        self.ouverts: list[Service] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atome.__exit__(None, None, None)

    @rule(etat=st.sampled_from(["partiel", "recense", "zero_confirme"]), age=st.integers(0, 400))
    def dire(self, etat: str, age: int) -> None:
        le = LE - timedelta(days=age)
        debout = [s for s in self.ouverts if s.ouvert_le and s.ouvert_le <= le]
        if etat == "zero_confirme" and debout:
            with pytest.raises(RegleMetier, match=debout[0].nom):
                noter(self.territoire, self.awa, RIXHEIM, etat=etat, le=le)
            return
        (acte,) = noter(self.territoire, self.awa, RIXHEIM, etat=etat, le=le)
        self.poses.append((acte.lot, etat, le))

    @rule(rang=st.integers(0, 9))
    def annuler_un(self, rang: int) -> None:
        if self.poses:
            lot, _, _ = self.poses.pop(rang % len(self.poses))
            annuler(self.territoire, lot, par=self.awa, maintenant=INSTANT)

    @rule(age=st.integers(0, 400))
    def ouvrir_un(self, age: int) -> None:
        structure = make_structure(f"Lieu {len(self.ouverts)}", commune_officielle=self.commune)
        Service.objects.create(
            structure_ref=structure,
            source_ref=structure.source_ref,
            famille="france-services",
            id=f"machine--{structure.n}",
            source="machine",
            nom=structure.nom,
            ouvert_le=LE - timedelta(days=age),
            created_at=INSTANT,
            updated_at=INSTANT,
        )
        self.ouverts.append(Service.objects.get(id=f"machine--{structure.n}"))

    @rule(rang=st.integers(0, 9))
    def retirer_un(self, rang: int) -> None:
        if self.ouverts:
            service = self.ouverts.pop(rang % len(self.ouverts))
            service.delete()

    @invariant()
    def le_tableau_dit_vrai(self) -> None:
        vue = etat_recensement(self.territoire, familles=["france-services"], le=LE).cellule(
            "france-services", RIXHEIM
        )
        assert not (vue.constat.etat == "zero_confirme" and vue.services)
        assert vue.nombre == len(self.ouverts)
        if not self.poses:
            assert vue.constat.etat == "non_recense"
            return
        jour = max(le for _, _, le in self.poses)
        dernier = [etat for _, etat, le in self.poses if le == jour][-1]
        attendu = "partiel" if dernier == "zero_confirme" and self.ouverts else dernier
        assert vue.constat.etat == attendu


MachineDuRecensement.TestCase.settings = settings(
    max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_any_order_of_gestures_keeps_the_board_true(db: None) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(MachineDuRecensement, settings=MachineDuRecensement.TestCase.settings)
