from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=100)


class Order(models.Model):
    """Partitioned by month of created_at."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    total = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        # What pages are read along; see paging.py.
        indexes = [models.Index(fields=["created_at", "id"], name="shop_order_pages")]


class Visit(models.Model):
    """Partitioned by hash of the id."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    path = models.CharField(max_length=200)


class Ticket(models.Model):
    """Partitioned by region."""

    region = models.CharField(max_length=20)
    subject = models.CharField(max_length=200)
