CREATE SCHEMA shop;

-- Orders by the month; trades by the year.  A primary key contains the partition key.
CREATE TABLE shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY,
    placed_at timestamptz NOT NULL,
    customer text NOT NULL,
    total numeric(12, 2) NOT NULL CHECK (total >= 0),
    PRIMARY KEY (id, placed_at)
) PARTITION BY RANGE (placed_at);

CREATE TABLE shop.trades (
    id bigint GENERATED ALWAYS AS IDENTITY,
    traded_on date NOT NULL,
    symbol text NOT NULL,
    price numeric NOT NULL,
    PRIMARY KEY (id, traded_on)
) PARTITION BY RANGE (traded_on);
