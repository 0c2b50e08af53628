-- Answers about closed moments, which are asked again for ever. Versions without this table leave it as it is.
CREATE TABLE kept_answer (
  id             integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- path of the API with its parameters, moments absolute
  question       text NOT NULL UNIQUE,
  kind           text NOT NULL,
  -- of the shape of answers of that kind
  version        smallint NOT NULL,
  -- the time that it is about
  from_at        timestamptz(3) NOT NULL,
  to_at          timestamptz(3) NOT NULL,
  asked_at       timestamptz(3) NOT NULL,
  asked_again_at timestamptz(3) NOT NULL,
  -- SHA-256 of what was said
  digest         bytea NOT NULL,
  -- a line for each row of the answer
  said           text[] NOT NULL,
  -- when another answer was found; NULL = none was
  changed_at     timestamptz(3),
  -- lines of the former answer that went, and lines that came
  gone           text[],
  came           text[]
);
CREATE INDEX kept_answer_asked_again_at_idx ON kept_answer (asked_again_at);
