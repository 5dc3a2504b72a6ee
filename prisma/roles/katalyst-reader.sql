-- A PostgreSQL role that may read the katalyst_v1_* views and nothing else. Run it once, as the owner of the database, on the database:
--   psql "$DATABASE_URL" -v password="'…'" -f prisma/roles/katalyst-reader.sql
-- Views that a later version adds are granted by running it again; it changes nothing that is as it should be.
\set ON_ERROR_STOP on
SELECT NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'katalyst_reader') AS missing \gset
\if :missing
CREATE ROLE katalyst_reader LOGIN PASSWORD :password;
\endif
ALTER ROLE katalyst_reader SET default_transaction_read_only = on;
GRANT USAGE ON SCHEMA public TO katalyst_reader;
SELECT format('GRANT SELECT ON %I.%I TO katalyst_reader', schemaname, viewname)
FROM pg_views WHERE schemaname = 'public' AND viewname LIKE 'katalyst\_v1\_%' \gexec
