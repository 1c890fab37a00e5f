-- With their rows.
SELECT partman.drop_partition(partition_schema || '.' || partition_table)
  FROM partman.partitions WHERE parent_table IN ('shop.orders', 'shop.trades') AND level = 1;
SELECT partman.config_cleanup('shop.orders');
SELECT partman.config_cleanup('shop.trades');
