-- Where reading a mailbox of providers' notices stands, by IMAP's UIDs; the one that is read alone has a row.
CREATE TABLE mailbox (
  name         text PRIMARY KEY,
  uid_validity text,
  last_uid     bigint NOT NULL DEFAULT 0,
  failing_uid  bigint NOT NULL DEFAULT 0,
  failures     integer NOT NULL DEFAULT 0,
  tried_at     timestamptz(3) NOT NULL,
  read_at      timestamptz(3),
  failure      text
);

-- Mails of it that are no notice that can be read, kept until somebody has seen them.
CREATE TABLE unread_notice (
  id          text PRIMARY KEY,
  received_at timestamptz(3) NOT NULL,
  sender      text NOT NULL,
  subject     text NOT NULL,
  excerpt     text NOT NULL,
  reason      text NOT NULL,
  state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'handled', 'dismissed')),
  changed_by  text,
  changed_at  timestamptz(3),
  CONSTRAINT unread_notice_changed_check CHECK ((state = 'open') = (changed_at IS NULL))
);
