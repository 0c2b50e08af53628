-- Entries of the audit are added by the product, and changed or removed by nobody with its rights (lib/platform/bootstrap/database-roles.ts).
-- What is old goes by this function, with its owner's: nothing of the last 30 days, whatever it is asked for.
CREATE FUNCTION expire_audit(kept_from timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER AS $$
  DELETE FROM audit_entry WHERE at < least(kept_from, now() - interval '30 days')
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION expire_audit(timestamptz) SET search_path = %I, pg_temp', current_schema());
  REVOKE ALL ON FUNCTION expire_audit(timestamptz) FROM PUBLIC;
END $$;
