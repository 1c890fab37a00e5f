-- Names of up to 63 bytes: the suffix stays whole, the base is cut between characters.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;

CREATE FUNCTION fitting(base text, suffix text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT left(base, n) || suffix FROM generate_series(length(base), 0, -1) n
    WHERE octet_length(left(base, n) || suffix) <= 63 LIMIT 1
$$;

SELECT is(partman.check_name_length(repeat(c.letter, n), s.suffix, p.partition),
    fitting(repeat(c.letter, n), CASE WHEN p.partition THEN '_p' ELSE '' END || coalesce(s.suffix, '')),
    format('%s times %s, suffix %s, partition %s', n, c.letter, s.suffix, p.partition))
FROM (VALUES ('a'), ('ä'), ('漢'), ('😀')) c (letter), generate_series(13, 64, 3) n, (VALUES (NULL), ('20261121'), ('20261121_000000'), ('_default')) s (suffix),
    (VALUES (false), (true)) p (partition)
WHERE s.suffix IS NOT NULL OR NOT p.partition;

SELECT throws_like($$ SELECT partman.check_name_length('t', p_table_partition := true) $$,
    'Table partition name requires a suffix value%', 'a partition has a suffix');

SELECT is(partman.partman_safe_obj_name(given), quoted, 'quoted: ' || given)
FROM (VALUES ('name', 'name'), ('schema.name', 'schema.name'), ('Name', '"Name"'), ('my schema.My "Name"', '"my schema"."My ""Name"""'),
    ('public.select', 'public."select"')) n (given, quoted);
SELECT is(partman.partman_safe_obj_name(NULL), NULL, 'no name');

SELECT is(partman.partman_safe_obj_name(n.name), n.quoted, 'quoted: ' || n.name)
FROM (VALUES ('plain', 'plain'), ('sch.plain', 'sch.plain'), ('Mixed', '"Mixed"'), ('sch.Mixed Case', 'sch."Mixed Case"'), ('Sch.plain', '"Sch".plain'), ('select', '"select"'),
    ('sch.with"quote', 'sch."with""quote"')) n (name, quoted);

SELECT * FROM finish();
ROLLBACK;
