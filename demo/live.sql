-- A table with partitions of 3 seconds, kept for 12 seconds: what takes months elsewhere happens while one looks on.
CREATE TABLE live (
    id bigserial,
    reading double precision NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

-- What the client was told to be stored, kept apart: at the end every row is accounted for.
CREATE TABLE receipts (id bigint PRIMARY KEY, created_at timestamptz NOT NULL);

GRANT SELECT, INSERT ON live, receipts TO shop_app;
GRANT USAGE ON SEQUENCE live_id_seq TO shop_app;

SELECT partman.create_parent('public.live', 'created_at', '3 seconds', p_premake := 5);
UPDATE partman.part_config SET retention = '12 seconds', retention_keep_table = false
 WHERE parent_table = 'public.live';
