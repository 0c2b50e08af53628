-- Whose a token is: a user's, or of the token that made it; it goes with either. 'server' = made by npm run access for nobody. NULL = made before
-- tokens had owners, or by a version that knows none.
ALTER TABLE access_token
  ADD COLUMN owner_kind text,
  ADD COLUMN owner_user_id text,
  ADD COLUMN owner_token_id text;
ALTER TABLE access_token
  ADD CONSTRAINT access_token_owner_user_id_fkey FOREIGN KEY (owner_user_id) REFERENCES access_user (id)
    ON DELETE CASCADE ON UPDATE CASCADE NOT VALID,
  ADD CONSTRAINT access_token_owner_token_id_fkey FOREIGN KEY (owner_token_id) REFERENCES access_token (id)
    ON DELETE CASCADE ON UPDATE CASCADE NOT VALID,
  ADD CONSTRAINT access_token_owner_check CHECK (
    (owner_user_id IS NOT NULL) = (owner_kind IS NOT DISTINCT FROM 'user') AND (owner_token_id IS NOT NULL) = (owner_kind IS NOT DISTINCT FROM 'token')
  ) NOT VALID;
-- peerwatch: brief, a deployment has tens of tokens
CREATE INDEX access_token_owner_user_id_idx ON access_token (owner_user_id);
-- peerwatch: brief, a deployment has tens of tokens
CREATE INDEX access_token_owner_token_id_idx ON access_token (owner_token_id);

-- What providers gave out at sign-ins signs in to them, and nothing here reads it.
-- peerwatch: brief, one row for each user
UPDATE access_account SET access_token = NULL, refresh_token = NULL, id_token = NULL
WHERE access_token IS NOT NULL OR refresh_token IS NOT NULL OR id_token IS NOT NULL;
