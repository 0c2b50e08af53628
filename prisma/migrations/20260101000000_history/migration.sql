-- History as intervals. One pattern throughout: what is so now stands in the row of the thing itself (resource, session,
-- route, arp_entry, connection_state, counter, metric_series), updated in place; what was so stands in an append-only table
-- beside it, written once when it ends. Both carry the same bounds:
--   last_absent    start of the last poll that read it absent (NULL = it was there when monitoring began)
--   first_present  end of the first poll that read it present
--   last_present   start of the last poll that read it present (while current: of the poll that opened it)
--   first_absent   end of the first poll that read it absent
-- A change lies in (last_absent, first_present) or (last_present, first_absent). All times are UTC.

CREATE TABLE deployment (
  key        text PRIMARY KEY,
  value      jsonb NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE declaration (
  kind       text NOT NULL,
  key        text NOT NULL,
  value      jsonb NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, key)
);

-- An ARM resource, known from an inventory or because it is polled. config is NULL while only its id is known.
CREATE TABLE resource (
  id              serial PRIMARY KEY,
  short_id        text NOT NULL UNIQUE,
  arm_key         text NOT NULL UNIQUE,
  arm_id          text NOT NULL,
  type            text NOT NULL,
  name            text NOT NULL,
  subscription_id text NOT NULL,
  resource_group  text,
  location        text,
  config          jsonb,
  first_seen      timestamptz(3),
  listed_by       integer,
  last_absent     timestamptz(3),
  first_present   timestamptz(3),
  last_present    timestamptz(3),
  closed_until    timestamptz(3),
  removed_after   timestamptz(3),
  CHECK (first_present > last_absent AND first_present >= closed_until),
  CHECK ((first_present IS NULL) = (last_present IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX resource_type_idx ON resource (type);

CREATE TABLE source (
  id          serial PRIMARY KEY,
  resource_id integer NOT NULL REFERENCES resource (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  part        text NOT NULL,
  UNIQUE (resource_id, part)
);

CREATE TABLE resource_history (
  source_id     integer NOT NULL,
  resource_id   integer NOT NULL REFERENCES resource (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  config        jsonb NOT NULL,
  last_absent   timestamptz(3),
  first_present timestamptz(3) NOT NULL,
  last_present  timestamptz(3) NOT NULL,
  first_absent  timestamptz(3) NOT NULL,
  PRIMARY KEY (source_id, resource_id, first_present),
  CHECK (first_absent > first_present AND first_absent > last_present),
  EXCLUDE USING gist (int4range(resource_id, resource_id, '[]') WITH &&, tstzrange(first_present, first_absent) WITH &&)
);
CREATE INDEX resource_history_resource_id_idx ON resource_history (resource_id, first_present);

-- What is polled when, with fenced leases. Times are the database's own clock.
CREATE TABLE poll_schedule (
  source_id     integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  kind          text NOT NULL,
  every_seconds double precision NOT NULL,
  next_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  lease_owner   text,
  lease_until   timestamptz,
  epoch         bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (source_id, kind)
) WITH (fillfactor = 70);
CREATE INDEX poll_schedule_next_at_idx ON poll_schedule (next_at);

-- How the polls of one (source, kind) go. stretch_from: key of the coverage row that the last poll is in. read_at: start of the
-- last poll that read everything but the silent instances; silent_read_at: for each instance silent since, the start of the
-- last poll that read it (kind inventory: for each type, the start of the last poll that listed it to its end).
CREATE TABLE poll_state (
  source_id         integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  kind              text NOT NULL,
  last_started_at   timestamptz(3),
  last_finished_at  timestamptz(3),
  last_outcome      text,
  stretch_from      timestamptz(3),
  ok_started_at     timestamptz(3),
  ok_finished_at    timestamptz(3),
  read_at           timestamptz(3),
  silent_read_at    jsonb NOT NULL DEFAULT '{}',
  silent_instances  text[] NOT NULL DEFAULT '{}',
  error             jsonb,
  correlation_id    text,
  budget            jsonb,
  interval_seconds  double precision,
  recent_starts     timestamptz(3)[] NOT NULL DEFAULT '{}',
  recent_durations  integer[] NOT NULL DEFAULT '{}',
  polls             bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (source_id, kind)
) WITH (fillfactor = 50);

-- Contiguous polls of one (source, kind) with one outcome and one set of silent instances; extended in place.
-- interval_seconds: the interval in force when it began, by which the time before it is judged a gap or none.
CREATE TABLE coverage (
  source_id        integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  kind             text NOT NULL,
  from_at          timestamptz(3) NOT NULL,
  to_at            timestamptz(3) NOT NULL,
  last_started_at  timestamptz(3) NOT NULL,
  outcome          text NOT NULL,
  silent_instances text[] NOT NULL DEFAULT '{}',
  polls            integer NOT NULL,
  interval_seconds double precision NOT NULL,
  detail           text,
  PRIMARY KEY (source_id, kind, from_at),
  CHECK (from_at <= last_started_at AND last_started_at <= to_at)
) WITH (fillfactor = 70);

-- A BGP session as one source reports it: identity, what is so now, and what was last read of it (the columns after
-- closed_until change with each poll and are kept only as last read).
CREATE TABLE session (
  id                    serial PRIMARY KEY,
  source_id             integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  kind                  text NOT NULL,
  local_address         text NOT NULL,
  neighbor              text NOT NULL,
  state                 text,
  azure_state           text,
  asn                   bigint,
  held_by               text,
  established_lo        timestamptz(3),
  established_hi        timestamptz(3),
  transitions           integer NOT NULL DEFAULT 0,
  ever_established      boolean NOT NULL DEFAULT false,
  last_absent           timestamptz(3),
  first_present         timestamptz(3),
  last_present          timestamptz(3),
  closed_until          timestamptz(3),
  missing_polls         integer NOT NULL DEFAULT 0,
  seen_started_at       timestamptz(3),
  seen_finished_at      timestamptz(3),
  prefixes_received     integer,
  prefixes_last_absent  timestamptz(3),
  prefixes_first_present timestamptz(3),
  prefixes_last_present timestamptz(3),
  messages_sent         numeric,
  messages_received     numeric,
  life                  jsonb,
  UNIQUE (source_id, kind, local_address, neighbor),
  CHECK (first_present > last_absent AND first_present >= closed_until),
  CHECK ((first_present IS NULL) = (state IS NULL) AND (first_present IS NULL) = (last_present IS NULL))
) WITH (fillfactor = 50);

CREATE TABLE session_interval (
  source_id      integer NOT NULL,
  session_id     integer NOT NULL REFERENCES session (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  state          text NOT NULL,
  azure_state    text NOT NULL,
  asn            bigint,
  held_by        text,
  established_lo timestamptz(3),
  established_hi timestamptz(3),
  transitions    integer NOT NULL,
  last_absent    timestamptz(3),
  first_present  timestamptz(3) NOT NULL,
  last_present   timestamptz(3) NOT NULL,
  first_absent   timestamptz(3) NOT NULL,
  PRIMARY KEY (source_id, session_id, first_present),
  CHECK (first_absent > first_present AND first_absent > last_present),
  EXCLUDE USING gist (int4range(session_id, session_id, '[]') WITH &&, tstzrange(first_present, first_absent) WITH &&)
);

-- How many prefixes a session had: apart from its state, because the count moves more often than the state does.
CREATE TABLE session_prefixes (
  source_id         integer NOT NULL,
  session_id        integer NOT NULL REFERENCES session (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  prefixes_received integer NOT NULL,
  last_absent       timestamptz(3),
  first_present     timestamptz(3) NOT NULL,
  last_present      timestamptz(3) NOT NULL,
  first_absent      timestamptz(3) NOT NULL,
  PRIMARY KEY (source_id, session_id, first_present),
  CHECK (first_absent > first_present AND first_absent > last_present),
  EXCLUDE USING gist (int4range(session_id, session_id, '[]') WITH &&, tstzrange(first_present, first_absent) WITH &&)
);

-- Sets of route attributes (several under ECMP), so that an interval holds one number instead.
-- attributes: [{nextHop, asPath, origin, weight, localPref}] in canonical order; digest: SHA-256 of that text.
CREATE TABLE route_attributes (
  source_id  integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  id         serial NOT NULL,
  digest     bytea NOT NULL,
  attributes jsonb NOT NULL,
  PRIMARY KEY (source_id, id),
  UNIQUE (source_id, digest)
);

-- One prefix in one table (source, kind, instance, peer; '' = none), and its attributes now (NULL = absent).
CREATE TABLE route (
  id            serial PRIMARY KEY,
  source_id     integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  kind          text NOT NULL,
  instance      text NOT NULL,
  peer          text NOT NULL,
  prefix        inet NOT NULL,
  attributes_id integer,
  last_absent   timestamptz(3),
  first_present timestamptz(3),
  last_present  timestamptz(3),
  closed_until  timestamptz(3),
  UNIQUE (source_id, kind, instance, peer, prefix),
  CHECK (first_present > last_absent AND first_present >= closed_until),
  CHECK ((first_present IS NULL) = (attributes_id IS NULL) AND (first_present IS NULL) = (last_present IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX route_prefix_idx ON route USING gist (prefix inet_ops);

-- Narrow on purpose: one row for each route change.
CREATE TABLE route_interval (
  source_id     integer NOT NULL,
  route_id      integer NOT NULL,
  attributes_id integer NOT NULL,
  last_absent   timestamptz(3),
  first_present timestamptz(3) NOT NULL,
  last_present  timestamptz(3) NOT NULL,
  first_absent  timestamptz(3) NOT NULL,
  PRIMARY KEY (source_id, route_id, first_present),
  CHECK (first_absent > first_present AND first_absent > last_present),
  EXCLUDE USING gist (int4range(route_id, route_id, '[]') WITH &&, tstzrange(first_present, first_absent) WITH &&)
);

CREATE TABLE arp_entry (
  id            serial PRIMARY KEY,
  source_id     integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  interface     text NOT NULL,
  ip_address    text NOT NULL,
  mac_address   text,
  last_absent   timestamptz(3),
  first_present timestamptz(3),
  last_present  timestamptz(3),
  closed_until  timestamptz(3),
  age_minutes   double precision,
  seen_finished_at timestamptz(3),
  UNIQUE (source_id, interface, ip_address),
  CHECK (first_present > last_absent AND first_present >= closed_until),
  CHECK ((first_present IS NULL) = (last_present IS NULL))
) WITH (fillfactor = 50);

-- mac_address NULL = ARM printed the row without one ("Incomplete")
CREATE TABLE arp_interval (
  source_id     integer NOT NULL,
  entry_id      integer NOT NULL REFERENCES arp_entry (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  mac_address   text,
  last_absent   timestamptz(3),
  first_present timestamptz(3) NOT NULL,
  last_present  timestamptz(3) NOT NULL,
  first_absent  timestamptz(3) NOT NULL,
  PRIMARY KEY (source_id, entry_id, first_present),
  CHECK (first_absent > first_present AND first_absent > last_present),
  EXCLUDE USING gist (int4range(entry_id, entry_id, '[]') WITH &&, tstzrange(first_present, first_absent) WITH &&)
);

-- What the GET of one connection says and its list does not: status, weight, FastPath, states of the tunnels.
CREATE TABLE connection_state (
  source_id     integer PRIMARY KEY REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  state         jsonb,
  last_absent   timestamptz(3),
  first_present timestamptz(3),
  last_present  timestamptz(3),
  closed_until  timestamptz(3),
  CHECK (first_present > last_absent AND first_present >= closed_until),
  CHECK ((first_present IS NULL) = (state IS NULL) AND (first_present IS NULL) = (last_present IS NULL))
) WITH (fillfactor = 80);

CREATE TABLE connection_interval (
  source_id     integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  state         jsonb NOT NULL,
  last_absent   timestamptz(3),
  first_present timestamptz(3) NOT NULL,
  last_present  timestamptz(3) NOT NULL,
  first_absent  timestamptz(3) NOT NULL,
  PRIMARY KEY (source_id, first_present),
  CHECK (first_absent > first_present AND first_absent > last_present),
  EXCLUDE USING gist (int4range(source_id, source_id, '[]') WITH &&, tstzrange(first_present, first_absent) WITH &&)
);

-- A cumulative byte counter pair (path: primary, secondary, '' for a whole connection, tunnel/NAME) and its last two samples.
CREATE TABLE counter (
  id                   serial PRIMARY KEY,
  source_id            integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  path                 text NOT NULL,
  started_at           timestamptz(3),
  finished_at          timestamptz(3),
  bytes_in             numeric,
  bytes_out            numeric,
  previous_started_at  timestamptz(3),
  previous_finished_at timestamptz(3),
  previous_bytes_in    numeric,
  previous_bytes_out   numeric,
  UNIQUE (source_id, path)
) WITH (fillfactor = 50);

CREATE TABLE counter_sample (
  source_id   integer NOT NULL,
  counter_id  integer NOT NULL,
  started_at  timestamptz(3) NOT NULL,
  finished_at timestamptz(3) NOT NULL,
  bytes_in    numeric,
  bytes_out   numeric,
  PRIMARY KEY (source_id, counter_id, started_at)
) PARTITION BY RANGE (started_at);
CREATE TABLE counter_sample_default PARTITION OF counter_sample DEFAULT;

CREATE TABLE metric_series (
  id            serial PRIMARY KEY,
  source_id     integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  metric        text NOT NULL,
  grain_seconds integer NOT NULL,
  dimensions    jsonb NOT NULL,
  unit          text NOT NULL,
  at            timestamptz(3),
  average       double precision,
  maximum       double precision,
  minimum       double precision,
  total         double precision,
  UNIQUE (source_id, metric, grain_seconds, dimensions)
) WITH (fillfactor = 50);

CREATE TABLE metric_sample (
  source_id integer NOT NULL,
  series_id integer NOT NULL,
  at        timestamptz(3) NOT NULL,
  average   double precision,
  maximum   double precision,
  minimum   double precision,
  total     double precision,
  PRIMARY KEY (source_id, series_id, at)
) PARTITION BY RANGE (at);
CREATE TABLE metric_sample_default PARTITION OF metric_sample DEFAULT;

CREATE TABLE activity_entry (
  source_id      integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  event_data_id  text NOT NULL,
  correlation_id text,
  at             timestamptz(3) NOT NULL,
  submitted_at   timestamptz(3),
  operation      text NOT NULL,
  status         text NOT NULL,
  arm_key        text NOT NULL,
  caller         text,
  category       text NOT NULL,
  PRIMARY KEY (source_id, event_data_id)
);
CREATE INDEX activity_entry_arm_key_at_idx ON activity_entry (arm_key, at);

CREATE TABLE detection_state (
  source_id  integer PRIMARY KEY REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  state      jsonb NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE TABLE event (
  id              text PRIMARY KEY,
  source_id       integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  key             text NOT NULL UNIQUE,
  kind            text NOT NULL,
  severity        text NOT NULL,
  scope           text NOT NULL,
  subject         text NOT NULL,
  started_lo      timestamptz(3) NOT NULL,
  started_hi      timestamptz(3) NOT NULL,
  ended_lo        timestamptz(3),
  ended_hi        timestamptz(3),
  duration_min_ms double precision,
  duration_max_ms double precision,
  detected_at     timestamptz(3) NOT NULL,
  evidence        jsonb NOT NULL,
  causes          jsonb NOT NULL,
  flags           text[] NOT NULL,
  part_of         text,
  incident_id     text,
  updated_at      timestamptz(3) NOT NULL DEFAULT now(),
  CHECK (started_lo <= started_hi AND ended_lo <= ended_hi)
);
CREATE INDEX event_detected_at_id_idx ON event (detected_at DESC, id DESC);
CREATE INDEX event_scope_detected_at_id_idx ON event (scope, detected_at DESC, id DESC);
CREATE INDEX event_started_idx ON event USING gist (tstzrange(started_lo, started_hi, '[]'));

-- Makes the partition for one UTC day, moves into it what the default partition already holds of that day, and attaches it.
-- Safe to call from several transactions at once; returns whether a partition was made.
CREATE FUNCTION ensure_day_partition(parent text, time_column text, day date) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  child  text := parent || '_' || to_char(day, 'YYYYMMDD');
  starts timestamptz := day::timestamp AT TIME ZONE 'UTC';
  ends   timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
  IF to_regclass(quote_ident(child)) IS NOT NULL THEN RETURN false; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ensure_day_partition'), hashtext(child));
  IF to_regclass(quote_ident(child)) IS NOT NULL THEN RETURN false; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', child, parent);
  EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
                 parent || '_default', time_column, starts, time_column, ends, child);
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, child, starts, ends);
  RETURN true;
END $$;

SELECT ensure_day_partition('counter_sample', 'started_at', day::date),
       ensure_day_partition('metric_sample', 'at', day::date)
FROM generate_series((now() AT TIME ZONE 'UTC')::date - 1, (now() AT TIME ZONE 'UTC')::date + 2, interval '1 day') AS day;

-- Past and present in one, for readers that do not need the narrow form.
CREATE VIEW resource_span AS
  SELECT resource_id, config, last_absent, first_present, last_present, first_absent FROM resource_history
  UNION ALL
  SELECT id, config, last_absent, first_present, last_present, NULL FROM resource WHERE first_present IS NOT NULL;

CREATE VIEW session_span AS
  SELECT session_id, source_id, state, azure_state, asn, held_by, established_lo, established_hi, transitions,
         last_absent, first_present, last_present, first_absent
  FROM session_interval
  UNION ALL
  SELECT id, source_id, state, azure_state, asn, held_by, established_lo, established_hi, transitions,
         last_absent, first_present, last_present, NULL
  FROM session WHERE first_present IS NOT NULL;

CREATE VIEW session_prefixes_span AS
  SELECT session_id, source_id, prefixes_received, last_absent, first_present, last_present, first_absent FROM session_prefixes
  UNION ALL
  SELECT id, source_id, prefixes_received, prefixes_last_absent, prefixes_first_present, prefixes_last_present, NULL
  FROM session WHERE prefixes_first_present IS NOT NULL;

CREATE VIEW route_span AS
  SELECT route_id, source_id, attributes_id, last_absent, first_present, last_present, first_absent FROM route_interval
  UNION ALL
  SELECT id, source_id, attributes_id, last_absent, first_present, last_present, NULL FROM route WHERE first_present IS NOT NULL;

CREATE VIEW arp_span AS
  SELECT entry_id, source_id, mac_address, last_absent, first_present, last_present, first_absent FROM arp_interval
  UNION ALL
  SELECT id, source_id, mac_address, last_absent, first_present, last_present, NULL FROM arp_entry WHERE first_present IS NOT NULL;

CREATE VIEW connection_span AS
  SELECT source_id, state, last_absent, first_present, last_present, first_absent FROM connection_interval
  UNION ALL
  SELECT source_id, state, last_absent, first_present, last_present, NULL FROM connection_state WHERE first_present IS NOT NULL;
