from django.db import migrations, models


def forget_counts(apps, schema_editor):
    """Counts are derived, and older ones lack what the page now reads: they are made again on request."""
    apps.get_model("outcomes", "OutcomesRun").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0001_initial")]

    operations = [
        migrations.RunPython(forget_counts, migrations.RunPython.noop),
        migrations.AddField(
            model_name="outcomesrun", name="fits", field=models.JSONField(default=dict)
        ),
    ]
