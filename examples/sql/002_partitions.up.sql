SELECT * FROM partman.ensure_set('{
    "parent_table": "shop.orders", "control": "placed_at", "interval": "1 month", "premake": 3, "time_zone": "Europe/Berlin",
    "name_template": "{table}_{YYYY}_{MM}", "template_table": "false", "default_table": false}');
SELECT * FROM partman.ensure_set('{
    "parent_table": "shop.trades", "control": "traded_on", "interval": "1 year", "premake": 1, "start_partition": "2020-01-01",
    "name_template": "{table}_{YYYY}", "template_table": "false", "default_table": false}');
-- Years that nobody asks for any more, in one partition.
SELECT partman.add_range_partition('shop.trades', '2000-01-01', '2020-01-01', 'trades_before_2020');
