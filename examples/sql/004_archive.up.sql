-- Orders leave the set after two years and are kept as tables in the archive; trades after ten, for good.
CREATE SCHEMA archive;
SELECT * FROM partman.ensure_set('{"parent_table": "shop.orders", "retention": "2 years", "retention_schema": "archive"}');
SELECT * FROM partman.ensure_set('{"parent_table": "shop.trades", "retention": "10 years", "retention_keep_table": false}');
