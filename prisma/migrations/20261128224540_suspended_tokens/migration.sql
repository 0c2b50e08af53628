-- A person who signs in by OpenID Connect and was disabled at the provider never signs in again, and their role here stays. Tokens and links of such
-- a person work until this time, which each sign-in moves. NULL = no end, for local accounts.
ALTER TABLE access_user ADD COLUMN tokens_until timestamptz(3);
-- peerwatch: brief, one row for each user
UPDATE access_user u SET tokens_until = now() + interval '30 days'
WHERE EXISTS (SELECT FROM access_account a WHERE a.user_id = u.id AND a.provider_id = 'oidc');
