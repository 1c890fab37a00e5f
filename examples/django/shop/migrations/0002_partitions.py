from django.db import migrations

from partitioning.operations import AddHashPartition, AddListPartition, AddRangePartition, ManagePartitions


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        ManagePartitions(
            "Order",
            control="created_at",
            interval="1 month",
            premake=3,
            time_zone="UTC",
            name_template="{table}_y{YYYY}m{MM}",
            default_table=False,
        ),
        # All that is older than the first month that matters.
        AddRangePartition("Order", "shop_order_before_2020", "MINVALUE", "2020-01-01"),
        # One with a name of its own, and then all the others.
        AddHashPartition("Visit", "shop_visit_first", 4, 0),
        ManagePartitions("Visit", control="id", type="hash", modulus=4),
        ManagePartitions("Ticket", control="region", type="list", default_table=False),
        AddListPartition("Ticket", "shop_ticket_north", ["denmark", "norway", "sweden"]),
        AddListPartition("Ticket", "shop_ticket_south", ["italy", "spain"]),
    ]
