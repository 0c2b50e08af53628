-- What a poll changed in a route table, in one row instead of one or two intervals for each route: churn of a month reads these. Derived from route,
-- route_interval; filled by a job, source by source, so that recording writes nothing more and no lock outlasts a moment.
CREATE TABLE route_churn (
  source_id  integer NOT NULL,
  kind       text NOT NULL,
  -- end of the poll that saw them first
  at         timestamptz(3) NOT NULL,
  -- routes that stood when their table was first read: no change
  first_seen integer NOT NULL,
  -- ids of routes
  announced  integer[] NOT NULL,
  withdrawn  integer[] NOT NULL,
  changed    integer[] NOT NULL,
  PRIMARY KEY (source_id, kind, at)
);

-- All changes of a table before rolled_up_to are in route_churn, later ones are not.
CREATE TABLE route_churn_state (
  source_id    integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  kind         text NOT NULL,
  rolled_up_to timestamptz(3) NOT NULL,
  PRIMARY KEY (source_id, kind)
);
