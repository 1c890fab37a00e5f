DROP TABLE shop.trades, shop.orders;
DROP SCHEMA shop;
