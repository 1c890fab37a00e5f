-- Refused while they have rows: CALL partman.partition_data_proc('shop.orders') moves these to where they belong.
SELECT partman.drop_default_partition('shop.orders');
SELECT partman.drop_default_partition('shop.trades');
