import django.db.models.deletion
from django.db import migrations, models

from partitioning.operations import CreatePartitionedModel

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Customer", [ID, ("name", models.CharField(max_length=100))]),
        CreatePartitionedModel(
            "Order",
            [
                ID,
                ("created_at", models.DateTimeField()),
                ("total", models.DecimalField(decimal_places=2, max_digits=12)),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="shop.customer")),
            ],
            by="range",
            column="created_at",
        ),
        CreatePartitionedModel(
            "Visit",
            [
                ID,
                ("path", models.CharField(max_length=200)),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="shop.customer")),
            ],
            by="hash",
            column="id",
        ),
        CreatePartitionedModel(
            "Ticket",
            [ID, ("region", models.CharField(max_length=20)), ("subject", models.CharField(max_length=200))],
            by="list",
            column="region",
        ),
        migrations.AddIndex("Order", models.Index(fields=["created_at", "id"], name="shop_order_pages")),
    ]
