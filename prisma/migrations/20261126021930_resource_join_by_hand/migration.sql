-- What an operator says of a resource, until the next inventory that lists it does so.
ALTER TABLE resource
  -- it is the one with this id, which is removed
  ADD COLUMN joins integer,
  -- it is not the one that it was before it was moved
  ADD COLUMN parts boolean NOT NULL DEFAULT false;
