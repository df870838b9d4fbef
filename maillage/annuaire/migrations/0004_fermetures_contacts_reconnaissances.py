"""Dated closures, contacts with who sees each, agreements and labels."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annuaire', '0003_champs_pratiques'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(blank=True, max_length=160)),
                ('fonction', models.CharField(blank=True, max_length=160)),
                ('telephone', models.CharField(blank=True, max_length=60)),
                ('courriel', models.EmailField(blank=True, max_length=254)),
                ('precisions', models.CharField(blank=True, max_length=300)),
                ('visibilite', models.CharField(choices=[('public', 'Tout le monde'), ('professionnels', 'Les professionnels qui ont un compte'), ('equipe', 'L’équipe qui tient la fiche')], default='equipe', max_length=14)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Fermeture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('du', models.DateField()),
                ('au', models.DateField(blank=True, null=True)),
                ('motif', models.CharField(choices=[('conges', 'congés'), ('travaux', 'travaux'), ('demenagement', 'déménagement'), ('equipe', 'équipe absente'), ('formation', 'formation de l’équipe'), ('evenement', 'événement'), ('autre', 'autre raison')], max_length=12)),
                ('texte', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['du', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Reconnaissance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(choices=[('agrement', 'Agrément'), ('label', 'Label')], max_length=10)),
                ('nom', models.CharField(max_length=160)),
                ('par', models.CharField(blank=True, help_text='qui l’a donné', max_length=160)),
                ('du', models.DateField(blank=True, null=True)),
                ('au', models.DateField(blank=True, help_text='dernier jour', null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='contact',
            name='service',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='annuaire.service'),
        ),
        migrations.AddField(
            model_name='contact',
            name='structure',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='annuaire.structure'),
        ),
        migrations.AddField(
            model_name='fermeture',
            name='service',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='annuaire.service'),
        ),
        migrations.AddField(
            model_name='fermeture',
            name='structure',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='annuaire.structure'),
        ),
        migrations.AddField(
            model_name='reconnaissance',
            name='service',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='annuaire.service'),
        ),
        migrations.AddField(
            model_name='reconnaissance',
            name='structure',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='annuaire.structure'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('structure__isnull', False), ('service__isnull', False), _connector='XOR'), name='contact_d_une_seule_fiche'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('courriel', ''), ('telephone', ''), _negated=True), name='contact_joignable', violation_error_message='Écrivez un téléphone ou un courriel.'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('fonction', ''), ('nom', ''), _negated=True), name='contact_nomme', violation_error_message='Écrivez un nom ou une fonction.'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('visibilite__in', ['public', 'professionnels', 'equipe'])), name='contact_visibilite_connue', violation_error_message='Choisissez qui voit ce contact.'),
        ),
        migrations.AddConstraint(
            model_name='fermeture',
            constraint=models.CheckConstraint(condition=models.Q(('structure__isnull', False), ('service__isnull', False), _connector='XOR'), name='fermeture_d_une_seule_fiche'),
        ),
        migrations.AddConstraint(
            model_name='fermeture',
            constraint=models.CheckConstraint(condition=models.Q(('au__isnull', True), ('au__gte', models.F('du')), _connector='OR'), name='fermeture_finit_apres_son_debut', violation_error_message='Le dernier jour de fermeture ne peut pas précéder le premier.'),
        ),
        migrations.AddConstraint(
            model_name='fermeture',
            constraint=models.CheckConstraint(condition=models.Q(('motif__in', ['conges', 'travaux', 'demenagement', 'equipe', 'formation', 'evenement', 'autre'])), name='fermeture_motif_connu', violation_error_message='Choisissez la raison dans la liste.'),
        ),
        migrations.AddConstraint(
            model_name='reconnaissance',
            constraint=models.CheckConstraint(condition=models.Q(('structure__isnull', False), ('service__isnull', False), _connector='XOR'), name='reconnaissance_d_une_seule_fiche'),
        ),
        migrations.AddConstraint(
            model_name='reconnaissance',
            constraint=models.CheckConstraint(condition=models.Q(('au__isnull', True), ('du__isnull', True), ('au__gte', models.F('du')), _connector='OR'), name='reconnaissance_finit_apres_son_debut', violation_error_message='La fin ne peut pas précéder le début.'),
        ),
        migrations.AddConstraint(
            model_name='reconnaissance',
            constraint=models.CheckConstraint(condition=models.Q(('genre__in', ['agrement', 'label'])), name='reconnaissance_genre_connu', violation_error_message='Choisissez entre agrément et label.'),
        ),
    ]
