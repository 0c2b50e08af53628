-- A channel's address is a secret of Slack, Teams and their like: it is sealed in a column of its own. Only a process has the key, so each one
-- seals what is still in "target" when it starts.
ALTER TABLE notify_channel ADD COLUMN address text;

-- What receivers answered was kept with failed deliveries; the status stays.
UPDATE notification SET last_error = left(last_error, 8)
WHERE last_error ~ '^HTTP [0-9]{3}: ' AND last_error NOT LIKE 'HTTP ___: redirects are not followed%';

UPDATE notification SET last_error = 'the mail server refused the message' WHERE last_error LIKE 'the mail server answered: %';
