-- The router's own BGP identifier in a session, as its OPEN states it. It tells routers behind one address apart, together with the local ASN.
-- null = the session was recorded by a former version, or no OPEN was reported.
-- peerwatch: brief, a column without a value
ALTER TABLE router_session ADD COLUMN local_bgp_id text;
