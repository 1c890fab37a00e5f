-- 240,000 rows, spread evenly over the years that the partitions cover.  A time span is the difference of two moments
-- here, since '30 months' times a random number would count months of 30 days.
SELECT setseed(0.42);

INSERT INTO customers (email, name, country)
SELECT 'customer' || n || '@example.com', 'Customer ' || n, (ARRAY['DE', 'FR', 'NP', 'US', 'AU'])[1 + n % 5]
  FROM generate_series(1, 500) n;
INSERT INTO accounts (customer_id, currency)
SELECT id, (ARRAY['EUR', 'USD', 'AUD'])[1 + id % 3] FROM customers;
INSERT INTO instruments
SELECT 'SYM' || n, 'Instrument ' || n FROM generate_series(1, 40) n;

INSERT INTO orders (customer_id, status, total, items, created_at)
SELECT 1 + n % 500, (enum_range(NULL::order_status))[1 + n % 5], (random() * 500)::numeric(12, 2),
       jsonb_build_array(jsonb_build_object('sku', 'A' || n % 97, 'quantity', 1 + n % 4)),
       now() - random() * (now() - (now() - interval '30 months'))
  FROM generate_series(1, 40000) n;

INSERT INTO journal_entries (account_id, posting, debit, credit, created_at)
SELECT 1 + n % 500, 'posting ' || n / 2, CASE WHEN n % 2 = 0 THEN 10 + n % 90 ELSE 0 END,
       CASE WHEN n % 2 = 1 THEN 10 + n % 90 ELSE 0 END,
       now() - random() * (now() - (now() - interval '5 years'))
  FROM generate_series(1, 70000) n;

INSERT INTO audit_logs (actor, action, entity, entity_id, new_values, created_at)
SELECT 'user' || n % 50, (ARRAY['insert', 'update', 'delete'])[1 + n % 3], (ARRAY['order', 'customer'])[1 + n % 2],
       n % 5000, jsonb_build_object('total', n % 1000),
       now() - random() * (now() - (now() - interval '18 months'))
  FROM generate_series(1, 30000) n;

INSERT INTO trades (account_id, symbol, side, quantity, price, created_at)
SELECT 1 + n % 500, 'SYM' || 1 + n % 40, CASE WHEN n % 2 = 0 THEN 'buy' ELSE 'sell' END, 1 + n % 100,
       (1 + random() * 300)::numeric(14, 4),
       now() - random() * (now() - (now() - interval '14 months'))
  FROM generate_series(1, 60000) n;

INSERT INTO workflow_logs (workflow, step, state, duration, run_at)
SELECT 'workflow ' || n % 12, 'step ' || n % 7, (ARRAY['started', 'done', 'failed'])[1 + n % 3],
       random() * interval '90 seconds',
       now() - random() * (now() - (now() - interval '9 months'))
  FROM generate_series(1, 40000) n;

ANALYZE customers, accounts, orders, journal_entries, audit_logs, trades, workflow_logs;
