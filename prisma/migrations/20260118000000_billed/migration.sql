-- What Cost Management tells that resources were billed for, by UTC day and meter. Days that are read again are replaced: late records
-- arrive for days.
CREATE TABLE cost_billed (
  subscription_id text NOT NULL,
  day             date NOT NULL,
  resource_key    text NOT NULL,
  meter           text NOT NULL,
  currency        text NOT NULL,
  quantity        numeric NOT NULL,
  cost            numeric NOT NULL,
  pre_tax_cost    numeric,
  PRIMARY KEY (subscription_id, day, resource_key, meter, currency)
);

-- How the last attempt to read a subscription's bill went, and when one last went well. outcome, error: as of polls.
CREATE TABLE cost_bill_read (
  subscription_id text PRIMARY KEY,
  at              timestamptz(3) NOT NULL,
  outcome         text NOT NULL,
  error           text,
  retry_after_s   double precision,
  good_at         timestamptz(3)
);

-- Which reading of a GB a bill was matched to, each time that it told.
CREATE TABLE cost_calibration (
  at             timestamptz(3) PRIMARY KEY,
  gb_bytes       bigint NOT NULL,
  measured_bytes numeric NOT NULL,
  billed_gb      numeric NOT NULL
);
