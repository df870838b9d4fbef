"""What families ask of a record and the national schema lacks: ages, price, languages, papers, access, places."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annuaire', '0002_apport_par_fiche'),
    ]

    operations = [
        migrations.AddField(
            model_name='lieu',
            name='acces_handicap',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='acces_handicap',
            field=models.JSONField(blank=True, help_text='{handicap: {etat, note}} ; un handicap absent = inconnu', null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='age_max_mois',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='age_min_mois',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='confidentiel',
            field=models.BooleanField(blank=True, help_text='adresse protégée pour ce service ; vide = comme sa structure', null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='delai',
            field=models.CharField(blank=True, help_text='en mots : sous 5 jours environ', max_length=160, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='gestion',
            field=models.CharField(blank=True, choices=[('directe', 'gérée directement'), ('deleguee', 'déléguée à un gestionnaire')], max_length=10, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='gestionnaire',
            field=models.CharField(blank=True, max_length=160, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='langues',
            field=models.JSONField(blank=True, help_text='[{code, note}] ; [] = le français seulement', null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='papiers',
            field=models.JSONField(blank=True, help_text='à apporter ; [] = rien', null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='places_disponibles',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='places_le',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='places_total',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='saturation',
            field=models.CharField(blank=True, choices=[('places', 'des places'), ('attente', 'une liste d’attente'), ('complet', 'complet')], max_length=10, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='saturation_le',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='tarif',
            field=models.CharField(blank=True, choices=[('unique', 'un seul prix'), ('fourchette', 'un prix entre deux montants'), ('revenus', 'un prix selon les revenus')], max_length=10, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='tarif_le',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='tarif_max_centimes',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='tarif_min_centimes',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='tarif_unite',
            field=models.CharField(blank=True, choices=[('heure', 'de l’heure'), ('seance', 'la séance'), ('repas', 'le repas'), ('jour', 'par jour'), ('semaine', 'par semaine'), ('mois', 'par mois'), ('trimestre', 'par trimestre'), ('an', 'par an')], max_length=10, null=True),
        ),
        migrations.AddField(
            model_name='structure',
            name='acces_handicap',
            field=models.JSONField(blank=True, help_text='{handicap: {etat, note}} ; un handicap absent = inconnu', null=True),
        ),
        migrations.AddField(
            model_name='structure',
            name='gestion',
            field=models.CharField(blank=True, choices=[('directe', 'gérée directement'), ('deleguee', 'déléguée à un gestionnaire')], max_length=10, null=True),
        ),
        migrations.AddField(
            model_name='structure',
            name='gestionnaire',
            field=models.CharField(blank=True, max_length=160, null=True),
        ),
        migrations.AddField(
            model_name='structure',
            name='langues',
            field=models.JSONField(blank=True, help_text='[{code, note}] ; [] = le français seulement', null=True),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('age_max_mois__isnull', True), models.Q(('age_max_mois__gte', models.F('age_min_mois')), ('age_min_mois__isnull', False)), _connector='OR'), name='service_ages_dans_l_ordre', violation_error_message='Dites l’âge de début (0 pour la naissance), puis un âge de fin plus grand.'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('age_min_mois__isnull', True), ('age_min_mois__lte', 1560), _connector='OR'), models.Q(('age_max_mois__isnull', True), ('age_max_mois__lte', 1560), _connector='OR')), name='service_ages_possibles', violation_error_message='Un âge va de 0 à 130 ans.'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('tarif_max_centimes__isnull', True), models.Q(('tarif_max_centimes__gte', models.F('tarif_min_centimes')), ('tarif_min_centimes__isnull', False)), _connector='OR'), name='service_tarifs_dans_l_ordre', violation_error_message='Dites le prix le plus bas, puis un prix plus haut.'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tarif_min_centimes__isnull', True), ('tarif_min_centimes__lte', 10000000), _connector='OR'), models.Q(('tarif_max_centimes__isnull', True), ('tarif_max_centimes__lte', 10000000), _connector='OR')), name='service_tarifs_possibles', violation_error_message='Un prix va de 0 à 100 000 €.'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('tarif_min_centimes__isnull', True), models.Q(('tarif__isnull', False), ('tarif_le__isnull', False)), _connector='OR'), name='service_tarif_date', violation_error_message='Un montant va avec sa façon de se compter et sa date.'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('places_disponibles__isnull', True), ('places_le__isnull', False), _connector='OR'), name='service_places_datees', violation_error_message='Un nombre de places libres va avec sa date.'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('saturation__isnull', True), ('saturation_le__isnull', False), _connector='OR'), name='service_saturation_datee', violation_error_message='« Complet » ou « liste d’attente » va avec sa date.'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tarif__isnull', True), ('tarif__in', ['unique', 'fourchette', 'revenus']), _connector='OR'), models.Q(('tarif_unite__isnull', True), ('tarif_unite__in', ['heure', 'seance', 'repas', 'jour', 'semaine', 'mois', 'trimestre', 'an']), _connector='OR'), models.Q(('saturation__isnull', True), ('saturation__in', ['places', 'attente', 'complet']), _connector='OR'), models.Q(('gestion__isnull', True), ('gestion__in', ['directe', 'deleguee']), _connector='OR')), name='service_mots_connus', violation_error_message='Choisissez un mot de la liste.'),
        ),
        migrations.AddConstraint(
            model_name='structure',
            constraint=models.CheckConstraint(condition=models.Q(('gestion__isnull', True), ('gestion__in', ['directe', 'deleguee']), _connector='OR'), name='structure_gestion_connue', violation_error_message='Choisissez la gestion dans la liste.'),
        ),
        migrations.AlterConstraint(
            model_name='lieu',
            name='lieu_un_seul_principal',
            constraint=models.UniqueConstraint(condition=models.Q(('principal', True)), fields=('service',), name='lieu_un_seul_principal', violation_error_message='Ce service a déjà un lieu principal.'),
        ),
    ]
