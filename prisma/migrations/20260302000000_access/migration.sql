-- Who may see it: users and their sessions (as better-auth reads and writes them), API and wall tokens, one-time links, attempts to sign in, and
-- the audit. New tables only. Versions up to 0.2.0 know none of them.

CREATE TABLE access_user (
  id             text PRIMARY KEY,
  name           text NOT NULL,
  -- lower case
  email          text NOT NULL UNIQUE,
  email_verified boolean NOT NULL DEFAULT false,
  image          text,
  -- NULL = none: signed in, and may see nothing
  role           text CHECK (role IN ('viewer', 'operator', 'cost', 'admin')),
  -- subscription:<id> and customer:<name>; empty = everything
  scopes         text[] NOT NULL DEFAULT '{}',
  created_at     timestamptz(3) NOT NULL DEFAULT now(),
  updated_at     timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE access_session (
  id         text PRIMARY KEY,
  token      text NOT NULL UNIQUE,
  user_id    text NOT NULL REFERENCES access_user ON DELETE CASCADE ON UPDATE CASCADE,
  -- without use; each use moves it
  expires_at timestamptz(3) NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX access_session_user_id_idx ON access_session (user_id);

-- How a user signs in: provider_id "credential" with a hash of his password, or "oidc".
CREATE TABLE access_account (
  id                       text PRIMARY KEY,
  account_id               text NOT NULL,
  provider_id              text NOT NULL,
  user_id                  text NOT NULL REFERENCES access_user ON DELETE CASCADE ON UPDATE CASCADE,
  access_token             text,
  refresh_token            text,
  id_token                 text,
  access_token_expires_at  timestamptz(3),
  refresh_token_expires_at timestamptz(3),
  scope                    text,
  password                 text,
  created_at               timestamptz(3) NOT NULL DEFAULT now(),
  updated_at               timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (provider_id, account_id)
);
CREATE INDEX access_account_user_id_idx ON access_account (user_id);

-- Sign-ins by OpenID Connect that have begun.
CREATE TABLE access_verification (
  id           text PRIMARY KEY,
  identifier   text NOT NULL UNIQUE,
  secret_value text NOT NULL,
  expires_at   timestamptz(3) NOT NULL,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now()
);

-- One-time links: user_id NULL = makes the first admin, else sets a user's password. A link that was used is deleted.
CREATE TABLE access_link (
  token_hash text PRIMARY KEY,
  user_id    text UNIQUE REFERENCES access_user ON DELETE CASCADE ON UPDATE CASCADE,
  expires_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

-- Failed sign-ins in a window of time, by address and by account.
CREATE TABLE access_attempt (
  key   text PRIMARY KEY,
  since timestamptz(3) NOT NULL,
  count integer NOT NULL
);

-- The token itself is kept nowhere: token_hash is its SHA-256. A wall token has no role.
CREATE TABLE access_token (
  id           text PRIMARY KEY,
  token_hash   text NOT NULL UNIQUE,
  kind         text NOT NULL CHECK (kind IN ('api', 'wall')),
  name         text NOT NULL,
  role         text CHECK (role IN ('viewer', 'operator', 'cost', 'admin')),
  scopes       text[] NOT NULL DEFAULT '{}',
  created_by   text NOT NULL,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  -- NULL = never
  expires_at   timestamptz(3),
  -- to within five minutes
  last_used_at timestamptz(3),
  revoked_at   timestamptz(3),
  CHECK ((kind = 'api') = (role IS NOT NULL))
);

CREATE TABLE audit_entry (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz(3) NOT NULL DEFAULT now(),
  actor_kind text NOT NULL,
  actor_id   text NOT NULL,
  actor      text NOT NULL,
  action     text NOT NULL,
  -- what was changed; '' = the deployment
  subject    text NOT NULL,
  -- what differs; NULL = nothing was there
  before     jsonb,
  after      jsonb,
  -- where the request came from; NULL = a command on the server
  address    text
);
CREATE INDEX audit_entry_at_idx ON audit_entry (at);
