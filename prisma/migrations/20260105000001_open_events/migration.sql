-- What is going on now is asked for with every look at circuits; it is little beside the past.
CREATE INDEX event_open_kind_scope_idx ON event (kind, scope) WHERE ended_hi IS NULL;
