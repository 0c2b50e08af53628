-- What pairs of losses strand that neither does alone: computed when somebody asks, once for each scope that asks.

-- audience: the scope, '' = everything; scope: the same as JSON, to read by. seen, hidden: what it sees and does not see; who sees less of it
-- now is not answered from it. rests_on: fingerprint of tables, topology and declarations. body: the pairs, the worst first; NULL until it is done.
CREATE TABLE double_loss_run (
  audience     text PRIMARY KEY,
  scope        jsonb NOT NULL,
  seen         text[] NOT NULL,
  hidden       text[] NOT NULL,
  state        text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  requested_at timestamptz(3) NOT NULL,
  requested_by text NOT NULL,
  started_at   timestamptz(3),
  finished_at  timestamptz(3),
  pairs_done   integer NOT NULL DEFAULT 0 CHECK (pairs_done >= 0),
  -- NULL = not counted yet
  pairs_all    integer CHECK (pairs_all >= pairs_done),
  rests_on     text,
  tables_at    timestamptz(3),
  error        text,
  body         jsonb
);
