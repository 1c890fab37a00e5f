-- A small shop with a ledger, as an ordinary business system has it: a few small tables, and five that always grow.
-- Nothing in this file knows pg_strata; the big tables are plain partitioned tables without partitions.
SET client_min_messages = warning;

CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    country char(2) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    currency char(3) NOT NULL,
    opened_on date NOT NULL DEFAULT current_date
);
CREATE INDEX ON accounts (customer_id);

CREATE TABLE instruments (
    symbol text PRIMARY KEY,
    name text NOT NULL
);

CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped', 'returned', 'cancelled');

CREATE TABLE orders (
    id bigserial,
    customer_id bigint NOT NULL REFERENCES customers,
    status order_status NOT NULL DEFAULT 'new',
    total numeric(12, 2) NOT NULL CHECK (total >= 0),
    currency char(3) NOT NULL DEFAULT 'EUR',
    items jsonb NOT NULL DEFAULT '[]',
    note text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX ON orders (customer_id, created_at DESC);
CREATE INDEX ON orders (created_at) WHERE status = 'new';
COMMENT ON TABLE orders IS 'What customers ordered';
COMMENT ON COLUMN orders.items IS 'Array of {"sku", "quantity", "price"}';

CREATE TABLE trades (
    id bigserial,
    account_id bigint NOT NULL REFERENCES accounts,
    symbol text NOT NULL REFERENCES instruments,
    side text NOT NULL CHECK (side IN ('buy', 'sell')),
    quantity integer NOT NULL CHECK (quantity > 0),
    price numeric(14, 4) NOT NULL CHECK (price > 0),
    amount numeric GENERATED ALWAYS AS (quantity * price) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX ON trades (account_id, created_at);
CREATE INDEX ON trades (symbol, created_at) INCLUDE (price);
COMMENT ON TABLE trades IS 'Executed trades';

CREATE TABLE journal_entries (
    id bigserial,
    account_id bigint NOT NULL REFERENCES accounts,
    posting text NOT NULL,
    debit numeric(14, 2) NOT NULL DEFAULT 0,
    credit numeric(14, 2) NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, created_at),
    CONSTRAINT one_side CHECK (debit >= 0 AND credit >= 0 AND (debit = 0) <> (credit = 0))
) PARTITION BY RANGE (created_at);
CREATE INDEX ON journal_entries (account_id, created_at);
CREATE INDEX ON journal_entries USING brin (created_at);
COMMENT ON TABLE journal_entries IS 'The ledger: one row per posting and side';

CREATE TABLE audit_logs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    actor text NOT NULL,
    action text NOT NULL,
    entity text NOT NULL,
    entity_id bigint,
    old_values jsonb,
    new_values jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX ON audit_logs (entity, entity_id);
CREATE INDEX ON audit_logs (actor, created_at);
COMMENT ON TABLE audit_logs IS 'Who changed what';

CREATE TABLE workflow_logs (
    id bigserial,
    workflow text NOT NULL,
    step text NOT NULL,
    state text NOT NULL CHECK (state IN ('started', 'done', 'failed')),
    duration interval,
    message text,
    run_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, run_at)
) PARTITION BY RANGE (run_at);
CREATE INDEX ON workflow_logs (workflow, run_at);
COMMENT ON TABLE workflow_logs IS 'One row per step of an automated workflow';

GRANT SELECT, INSERT, UPDATE ON orders, customers, accounts TO shop_app;
GRANT SELECT, INSERT ON trades, journal_entries, audit_logs, workflow_logs TO shop_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO shop_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO shop_reader;
