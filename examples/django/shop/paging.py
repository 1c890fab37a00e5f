"""Pages by the last row seen, not by OFFSET: page 1,000 costs as much as page 1."""

from django.db.models import Q


def page_after(orders, last, size):
    """The page of the newest orders that follow `last`; the first one when that is None.

    Of the conditions on created_at the second would do; the first is the one by which PostgreSQL leaves out partitions.
    Give `orders` a lower limit, too, such as .filter(created_at__gte=since), to have it leave out those behind.
    """
    if last is not None:
        orders = orders.filter(created_at__lte=last.created_at).filter(
            Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lt=last.id)
        )
    return orders.order_by("-created_at", "-id")[:size]
