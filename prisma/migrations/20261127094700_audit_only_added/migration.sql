-- Entries of the audit are added by the product, and changed or removed by nobody with its rights (lib/platform/bootstrap/database-roles.ts).
-- What is old goes by this function, with its owner's: nothing of the last 30 days, whatever it is asked for. A caller's temporary tables
-- must not stand in for the owner's.
CREATE FUNCTION expire_audit(kept_from timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM audit_entry WHERE at < least(kept_from, now() - interval '30 days')
$$;

REVOKE ALL ON FUNCTION expire_audit(timestamptz) FROM PUBLIC;
