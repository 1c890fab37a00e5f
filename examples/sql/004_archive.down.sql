SELECT * FROM partman.ensure_set('{"parent_table": "shop.trades", "retention": null, "retention_keep_table": true}');
SELECT * FROM partman.ensure_set('{"parent_table": "shop.orders", "retention": null, "retention_schema": null}');
-- Not while it has tables: partman.undo_retention('archive.orders_...') attaches one again.
DROP SCHEMA archive;
