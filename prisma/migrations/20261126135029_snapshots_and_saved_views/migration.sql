-- Pages as they were when somebody shared them (ADR 0267): who has the token of one may open it without signing in.
CREATE TABLE snapshot (
  id text PRIMARY KEY,
  token_hash text NOT NULL UNIQUE,
  -- the page's path and query
  page text NOT NULL,
  search text NOT NULL,
  title text NOT NULL,
  -- what its maker saw; those who see as much find it in their list
  scopes text[] NOT NULL,
  made_by text NOT NULL,
  owner_user_id text REFERENCES access_user (id) ON DELETE CASCADE ON UPDATE CASCADE,
  owner_token_id text REFERENCES access_token (id) ON DELETE CASCADE ON UPDATE CASCADE,
  made_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3),
  opened integer NOT NULL DEFAULT 0,
  last_opened_at timestamptz(3),
  -- the answers that the page asked for, as JSON; NULL once it has ended
  body text
);
CREATE INDEX snapshot_owner_user_id_idx ON snapshot (owner_user_id);
CREATE INDEX snapshot_owner_token_id_idx ON snapshot (owner_token_id);

-- A list's filter, groups, columns and order under a name (ADR 0268). owner_user_id NULL = the team's.
CREATE TABLE saved_view (
  id text PRIMARY KEY,
  page text NOT NULL,
  name text NOT NULL,
  search text NOT NULL,
  owner_user_id text REFERENCES access_user (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- what its maker saw; of the team's, those who see as much find it
  scopes text[] NOT NULL,
  made_by text NOT NULL,
  is_default boolean NOT NULL DEFAULT false,
  made_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX saved_view_page_idx ON saved_view (page);
CREATE INDEX saved_view_owner_user_id_idx ON saved_view (owner_user_id);
