-- The product signs in with a role that may not change the schema. What it has to create and drop, days of raw
-- samples, is done by functions that act with their owner's rights, and only on what is such a day. Code of earlier versions goes
-- on with the same function, and drops partitions itself where its role owns them.

CREATE OR REPLACE FUNCTION ensure_day_partition(parent text, time_column text, day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  child  text := parent || '_' || to_char(day, 'YYYYMMDD');
  starts timestamptz := day::timestamp AT TIME ZONE 'UTC';
  ends   timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
  IF (parent, time_column) NOT IN (('counter_sample', 'started_at'), ('metric_sample', 'at')) THEN
    RAISE EXCEPTION '% is not partitioned by days of %', parent, time_column;
  END IF;
  IF to_regclass(quote_ident(child)) IS NOT NULL THEN RETURN false; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ensure_day_partition'), hashtext(child));
  IF to_regclass(quote_ident(child)) IS NOT NULL THEN RETURN false; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', child, parent);
  EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
                 parent || '_default', time_column, starts, time_column, ends, child);
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, child, starts, ends);
  RETURN true;
END $$;

CREATE FUNCTION drop_day_partition(child text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF child !~ '^(counter_sample|metric_sample)_[0-9]{8}$' THEN
    RAISE EXCEPTION '% is no day of raw samples', child;
  END IF;
  EXECUTE format('DROP TABLE IF EXISTS %I', child);
END $$;

-- a caller's temporary tables, or its search path, must not stand in for the tables that the owner means
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['ensure_day_partition(text,text,date)', 'drop_day_partition(text)']::regprocedure[] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', f, current_schema());
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;

-- pg-boss keeps its tables here, and creates them itself; a role that may not create schemas finds this one
CREATE SCHEMA IF NOT EXISTS pgboss;
