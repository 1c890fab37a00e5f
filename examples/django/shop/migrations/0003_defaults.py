from django.db import migrations

from partitioning.operations import AddDefaultPartition


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_partitions")]
    operations = [AddDefaultPartition("Order"), AddDefaultPartition("Ticket")]
