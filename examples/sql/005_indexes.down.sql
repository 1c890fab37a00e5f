DROP INDEX shop.trades_by_symbol;
DROP INDEX shop.orders_by_customer;
