-- A resource that is moved keeps its row: arm_key and arm_id change, and what it had before is an alias.
ALTER TABLE resource
  -- what it is recognized by under another ARM id
  ADD COLUMN identities text[] NOT NULL DEFAULT '{}',
  -- short_id was given under another ARM id
  ADD COLUMN kept_id boolean NOT NULL DEFAULT false,
  -- the resource that went on under its ARM id; its arm_key is nobody's then
  ADD COLUMN joined_to integer;

CREATE TABLE resource_alias (
  arm_key     text NOT NULL,
  arm_id      text NOT NULL,
  resource_id integer NOT NULL REFERENCES resource (id) ON DELETE CASCADE ON UPDATE CASCADE,
  moved_after timestamptz(3) NOT NULL,
  moved_by    timestamptz(3) NOT NULL,
  PRIMARY KEY (arm_key, moved_by)
);
CREATE INDEX resource_alias_resource_id_moved_by_idx ON resource_alias (resource_id, moved_by);
