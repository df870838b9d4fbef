"""The words that the fields of a record may take, and how they are said; read by models, forms and pages. Pure."""

# How a kind of disability is asked about, in the words of the people concerned.
HANDICAPS = {
    "moteur": "En fauteuil roulant ou avec des difficultés à marcher",
    "visuel": "Aveugle ou malvoyant",
    "auditif": "Sourd ou malentendant",
    "mental": "Handicap mental, psychique ou autisme",
}
ACCES = {"oui": "oui", "partiel": "en partie", "non": "non"}

# ISO 639 codes (639-1, else 639-3), the languages that are heard in the territory's services first.
LANGUES = {
    "fr": "français",
    "gsw": "alsacien",
    "de": "allemand",
    "en": "anglais",
    "tr": "turc",
    "ar": "arabe",
    "kab": "kabyle",
    "zgh": "berbère (tamazight)",
    "ku": "kurde",
    "it": "italien",
    "es": "espagnol",
    "pt": "portugais",
    "pl": "polonais",
    "ro": "roumain",
    "rom": "romani",
    "sq": "albanais",
    "sr": "serbe",
    "hr": "croate",
    "bs": "bosnien",
    "mk": "macédonien",
    "ru": "russe",
    "uk": "ukrainien",
    "hy": "arménien",
    "ka": "géorgien",
    "ce": "tchétchène",
    "fa": "persan",
    "prs": "dari",
    "ps": "pachto",
    "ur": "ourdou",
    "bn": "bengali",
    "ta": "tamoul",
    "vi": "vietnamien",
    "zh": "chinois",
    "wo": "wolof",
    "ff": "peul",
    "bm": "bambara",
    "ln": "lingala",
    "sw": "swahili",
    "so": "somali",
    "am": "amharique",
    "ti": "tigrigna",
    "mg": "malgache",
    "fsl": "langue des signes française",
}

GESTION = [("directe", "gérée directement"), ("deleguee", "déléguée à un gestionnaire")]
TARIFS = [
    ("unique", "un seul prix"),
    ("fourchette", "un prix entre deux montants"),
    ("revenus", "un prix selon les revenus"),
]
UNITES = [
    ("heure", "de l’heure"),
    ("seance", "la séance"),
    ("repas", "le repas"),
    ("jour", "par jour"),
    ("semaine", "par semaine"),
    ("mois", "par mois"),
    ("trimestre", "par trimestre"),
    ("an", "par an"),
]
SATURATIONS = [("places", "des places"), ("attente", "une liste d’attente"), ("complet", "complet")]
VISIBILITES = [
    ("public", "Tout le monde"),
    ("professionnels", "Les professionnels qui ont un compte"),
    ("equipe", "L’équipe qui tient la fiche"),
]
MOTIFS_FERMETURE = [
    ("conges", "congés"),
    ("travaux", "travaux"),
    ("demenagement", "déménagement"),
    ("equipe", "équipe absente"),
    ("formation", "formation de l’équipe"),
    ("evenement", "événement"),
    ("autre", "autre raison"),
]
RECONNAISSANCES = [("agrement", "Agrément"), ("label", "Label")]

FRAIS = {"gratuit": "gratuit", "payant": "payant"}
PUBLICS = {
    "tous-publics": "tout le monde",
    "familles": "familles",
    "jeunes": "jeunes",
    "seniors": "personnes âgées",
    "femmes": "femmes",
    "etudiants": "étudiants",
    "personnes-en-situation-de-handicap": "personnes handicapées",
    "demandeurs-emploi": "personnes qui cherchent un emploi",
    "actifs": "personnes qui travaillent",
    "beneficiaires-des-minimas-sociaux": "personnes au RSA ou à un autre minimum social",
    "personnes-en-situation-durgence": "personnes en situation d’urgence",
    "personnes-en-situation-juridique-specifique": "personnes suivies par la justice",
    "personnes-exilees": "personnes exilées",
    "residents-qpv-frr": "habitants d’un quartier prioritaire ou d’une zone rurale fragile",
}
