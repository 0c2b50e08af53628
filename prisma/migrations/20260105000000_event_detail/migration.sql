-- What only some kinds of events tell: {"failover": ...} the moments and lengths of a failover, {"forwardingLoss": ...} when
-- forwarding was lost ahead of a session. Instants as epoch milliseconds, as detection made them. NULL = neither.
ALTER TABLE event ADD COLUMN detail jsonb;
