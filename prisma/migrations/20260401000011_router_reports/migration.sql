-- What the customer's routers report by BMP. They are no ARM resources and are not polled, so that they have tables of their own, with the
-- bounds of the others (last_absent ... first_absent); here a change is bounded by the time that a router names and by its arrival.
-- Within a millisecond a router may report several changes, so that an interval may be empty.

-- A router by the address that it connects from and the name that it states; software as it states it.
CREATE TABLE router (
  id         serial PRIMARY KEY,
  address    text NOT NULL,
  name       text NOT NULL,
  software   text,
  first_seen timestamptz(3) NOT NULL,
  UNIQUE (address, name)
);

-- A connection of a router. What it reports is known from from_at to to_at, which moves on while the connection lasts; outside of its
-- connections a router is not observed. ended: null = it lasts.
CREATE TABLE router_connection (
  id        bigserial PRIMARY KEY,
  router_id integer NOT NULL REFERENCES router (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  from_at   timestamptz(3) NOT NULL,
  to_at     timestamptz(3) NOT NULL,
  ended     text,
  detail    text,
  CHECK (from_at <= to_at)
) WITH (fillfactor = 70);
CREATE INDEX router_connection_router_id_idx ON router_connection (router_id, to_at);

-- A neighbor of a router, in one of its VRFs ('' = none: its own table or routes), and its session now. state: null = the router has not
-- stated it. connection_id: the connection that reports it, or did last. observed_until: the router stopped reporting it then.
-- gap_from: end of what was known before that connection; null = nothing was. seen_at: arrival of the last report of its state.
CREATE TABLE router_session (
  id                serial PRIMARY KEY,
  router_id         integer NOT NULL REFERENCES router (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  peer_type         text NOT NULL,
  distinguisher     text NOT NULL,
  neighbor          text NOT NULL,
  connection_id     bigint NOT NULL REFERENCES router_connection (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  observed_until    timestamptz(3),
  gap_from          timestamptz(3),
  local_address     text,
  local_asn         bigint,
  neighbor_asn      bigint,
  neighbor_bgp_id   text,
  hold_time_seconds integer,
  table_name        text,
  state             text CHECK (state IN ('up', 'down')),
  -- of a session that is down: why, as the router reports it
  reason            jsonb,
  established_earliest timestamptz(3),
  established_latest   timestamptz(3),
  last_absent       timestamptz(3),
  first_present     timestamptz(3),
  last_present      timestamptz(3),
  seen_at           timestamptz(3),
  UNIQUE (router_id, peer_type, distinguisher, neighbor),
  CHECK ((state IS NULL) = (first_present IS NULL) AND (state IS NULL) = (last_present IS NULL)),
  CHECK (first_present >= last_absent)
) WITH (fillfactor = 50);

CREATE TABLE router_session_interval (
  id                   bigserial PRIMARY KEY,
  session_id           integer NOT NULL REFERENCES router_session (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  state                text NOT NULL,
  reason               jsonb,
  established_earliest timestamptz(3),
  established_latest   timestamptz(3),
  last_absent          timestamptz(3),
  first_present        timestamptz(3) NOT NULL,
  last_present         timestamptz(3) NOT NULL,
  first_absent         timestamptz(3) NOT NULL,
  CHECK (first_absent >= first_present AND first_absent >= last_present)
);
CREATE INDEX router_session_interval_session_id_idx ON router_session_interval (session_id, first_absent);

CREATE TABLE router_route_attributes (
  router_id  integer NOT NULL REFERENCES router (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  id         serial NOT NULL,
  digest     bytea NOT NULL,
  attributes jsonb NOT NULL,
  PRIMARY KEY (router_id, id),
  UNIQUE (router_id, digest)
);

-- A path to a prefix in one of the tables of a neighbor, and its attributes now (NULL = absent). path_id: -1 = there is one path.
-- seen_at: arrival of the last report of it, also of one that changed nothing.
CREATE TABLE router_route (
  id            serial PRIMARY KEY,
  session_id    integer NOT NULL REFERENCES router_session (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  view          text NOT NULL,
  prefix        inet NOT NULL,
  path_id       bigint NOT NULL,
  attributes_id integer,
  last_absent   timestamptz(3),
  first_present timestamptz(3),
  last_present  timestamptz(3),
  seen_at       timestamptz(3) NOT NULL,
  UNIQUE (session_id, view, prefix, path_id),
  CHECK ((attributes_id IS NULL) = (first_present IS NULL) AND (attributes_id IS NULL) = (last_present IS NULL)),
  CHECK (first_present >= last_absent)
) WITH (fillfactor = 70);

-- ended: 'withdrawn', 'replaced', 'sessionDown', or 'notInTable' = gone when the router was not observed
CREATE TABLE router_route_interval (
  id            bigserial PRIMARY KEY,
  route_id      integer NOT NULL REFERENCES router_route (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  attributes_id integer NOT NULL,
  last_absent   timestamptz(3),
  first_present timestamptz(3) NOT NULL,
  last_present  timestamptz(3) NOT NULL,
  first_absent  timestamptz(3) NOT NULL,
  ended         text NOT NULL,
  CHECK (first_absent >= first_present AND first_absent >= last_present)
);
CREATE INDEX router_route_interval_route_id_idx ON router_route_interval (route_id, first_absent);
CREATE INDEX router_route_interval_first_absent_idx ON router_route_interval (first_absent);
