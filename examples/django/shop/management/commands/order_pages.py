"""Fills some orders in, pages through those of the last 50 days, and shows which partitions each page is read from."""

from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from partitioning.pruning import partitions_read
from shop.models import Customer, Order
from shop.paging import page_after


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--size", type=int, default=20)

    def handle(self, *args, **options):
        now = timezone.now()
        if not Order.objects.exists():
            self.fill(now)
        orders = Order.objects.filter(created_at__gte=now - timedelta(days=50), created_at__lt=now)
        last, number = None, 0
        while True:
            query = page_after(orders, last, options["size"])
            page = list(query)
            if not page:
                break
            last, number = page[-1], number + 1
            read, of = partitions_read(connection, query)
            self.stdout.write("page %d: %d orders, from %d of %d partitions" % (number, len(page), read, of))
            if number == 1:
                self.stdout.write(query.explain(costs=False))

    def fill(self, now):
        customer = Customer.objects.create(name="Ada")
        Order.objects.bulk_create(
            Order(customer=customer, created_at=now - timedelta(days=day), total=day) for day in range(1, 80)
        )
