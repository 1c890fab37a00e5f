-- On the tables themselves: each partition has them, and each that is made later gets them.
CREATE INDEX orders_by_customer ON shop.orders (customer, placed_at);
CREATE INDEX trades_by_symbol ON shop.trades (symbol, traded_on);
