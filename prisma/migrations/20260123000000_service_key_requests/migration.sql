-- Who wanted a circuit's service key, when and what for. Rows are only added: they are the audit, and outlive the circuit. The key
-- itself is kept nowhere.
CREATE TABLE service_key_request (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at           timestamptz(3) NOT NULL,
  by           text NOT NULL,
  why          text NOT NULL CHECK (why <> ''),
  circuit_id   text NOT NULL,
  circuit_name text NOT NULL,
  arm_id       text NOT NULL
);
