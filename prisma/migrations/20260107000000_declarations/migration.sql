-- What operators declare, kept as intervals of versions: an item stands from since_version until before until_version (NULL = it
-- stands now). What was in force at a moment can be told for ever, and what a version changed is what it began and ended.

CREATE TABLE declaration_version (
  version  integer PRIMARY KEY,
  saved_at timestamptz(3) NOT NULL,
  saved_by text NOT NULL
);

-- Nothing was ever written to it before.
ALTER TABLE declaration
  DROP CONSTRAINT declaration_pkey,
  DROP COLUMN updated_by,
  DROP COLUMN updated_at,
  ADD COLUMN since_version integer NOT NULL REFERENCES declaration_version (version) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD COLUMN until_version integer REFERENCES declaration_version (version) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD PRIMARY KEY (kind, key, since_version),
  ADD CHECK (since_version < until_version);

CREATE INDEX declaration_since_version_idx ON declaration (since_version);
CREATE INDEX declaration_until_version_idx ON declaration (until_version);
CREATE UNIQUE INDEX declaration_current_idx ON declaration (kind, key) WHERE until_version IS NULL;
