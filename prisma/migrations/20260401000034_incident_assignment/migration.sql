-- Who works on an incident, since when: the newest row counts, the others are how it came about. Versions without this table leave it as it is.
CREATE TABLE incident_assignment (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incident (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- NULL = nobody from then on
  assignee    text CHECK (assignee <> ''),
  assigned_by text NOT NULL,
  assigned_at timestamptz(3) NOT NULL,
  note        text
);
CREATE INDEX incident_assignment_incident_id_id_idx ON incident_assignment (incident_id, id DESC);
