from django.db import migrations

from partitioning.operations import ChangePartitions


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_defaults")]
    operations = [
        ChangePartitions(
            "Order",
            settings={"premake": 6, "retention": "2 years", "retention_keep_table": False},
            previous={"premake": 3, "retention": None, "retention_keep_table": True},
        ),
    ]
