-- What detection remembers of each circuit and gateway, beyond its sources, and the incidents that events were grouped into.

-- waits: something of it needs the next polls even if they tell nothing new (a confirmation, a time that has to pass).
CREATE TABLE detection_scope (
  scope      text PRIMARY KEY,
  state      jsonb NOT NULL,
  waits      boolean NOT NULL DEFAULT false,
  updated_at timestamptz(3) NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE INDEX detection_scope_waits_idx ON detection_scope (scope) WHERE waits;

-- root: the event that explains the others. acked_*: who took it on, until when that counts, and what they wrote.
CREATE TABLE incident (
  id         text PRIMARY KEY,
  key        text NOT NULL UNIQUE,
  scope      text NOT NULL,
  root       text NOT NULL,
  severity   text NOT NULL,
  started_lo timestamptz(3) NOT NULL,
  started_hi timestamptz(3) NOT NULL,
  ended_lo   timestamptz(3),
  ended_hi   timestamptz(3),
  opened_at  timestamptz(3) NOT NULL,
  closed_at  timestamptz(3),
  acked_at   timestamptz(3),
  acked_by   text,
  ack_note   text,
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE INDEX incident_opened_at_id_idx ON incident (opened_at DESC, id DESC);
CREATE INDEX event_incident_id_idx ON event (incident_id) WHERE incident_id IS NOT NULL;
