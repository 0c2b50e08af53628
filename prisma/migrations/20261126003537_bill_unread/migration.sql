-- Rows of the bill that is kept which could not be read, in words: its sums are at least.
ALTER TABLE cost_bill_read ADD COLUMN unread text;
