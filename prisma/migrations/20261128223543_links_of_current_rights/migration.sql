-- The rights that a link to a frozen page needs: its maker must have all of them whenever it is opened. The default is every right that a page can
-- need, also for links that a worker or web of the previous version makes during an upgrade.
ALTER TABLE snapshot ADD COLUMN rights text[] NOT NULL DEFAULT '{share,read,read_cost}';
-- peerwatch: brief, at most some hundreds of links
UPDATE snapshot SET rights = '{share,read}' WHERE body IS NOT NULL AND body NOT LIKE '%"/api/v1/cost/%';
