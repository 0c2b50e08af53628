-- Whether a sign-in by password asks for a code as well. A version before this one knows no code and asks for none.
ALTER TABLE access_user ADD COLUMN two_factor_enabled boolean NOT NULL DEFAULT false;

-- The authenticator app of a user and his recovery codes, both sealed. verified false = he has not sent a code of it yet.
CREATE TABLE access_two_factor (
  id text PRIMARY KEY,
  user_id text NOT NULL UNIQUE REFERENCES access_user (id) ON DELETE CASCADE ON UPDATE CASCADE,
  sealed_secret text NOT NULL,
  sealed_codes text NOT NULL,
  verified boolean NOT NULL DEFAULT false,
  failed_count integer NOT NULL DEFAULT 0,
  locked_until timestamptz(3)
);

-- Passkeys. The counter is what the authenticator says, up to 2^32.
CREATE TABLE access_passkey (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES access_user (id) ON DELETE CASCADE ON UPDATE CASCADE,
  name text,
  public_key text NOT NULL,
  credential_id text NOT NULL UNIQUE,
  counter double precision NOT NULL,
  device_type text NOT NULL,
  backed_up boolean NOT NULL,
  transports text,
  aaguid text,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX access_passkey_user_id_idx ON access_passkey (user_id);
