-- Route changes of a source by the time at which a poll showed them: churn reads the changes of its range and nothing else.
-- Many changes share one poll, so that the entries of each index are mostly deduplicated.
CREATE INDEX route_interval_source_id_first_absent_idx ON route_interval (source_id, first_absent);
CREATE INDEX route_interval_source_id_first_present_idx ON route_interval (source_id, first_present);

-- Activity Log entries around a moment: which of them explains a change of configuration.
CREATE INDEX activity_entry_at_idx ON activity_entry (at);
