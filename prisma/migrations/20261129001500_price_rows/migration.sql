-- Numbers of the rows of a price list that were odd, and that no figure uses, with examples of the latter; null = not counted.
ALTER TABLE price_check ADD COLUMN odd_rows integer, ADD COLUMN unused jsonb;
