-- Mail of senders that nobody has confirmed must not push out other mail when there is room for no more.
ALTER TABLE unread_notice ADD COLUMN is_confirmed boolean NOT NULL DEFAULT true;
