SELECT partman.add_default_partition('shop.orders');
SELECT partman.add_default_partition('shop.trades');
