-- table: link_block
-- inputs: link_scored
-- grain: one row a block of records that was too large to be compared, and that nothing divides
-- sorted: rule, block, records, pairs
-- Pairs in it are looked at only where another rule finds them. The largest of a rule are named, the others counted in one row.
select a as rule, b as block, weight::bigint as records, probability::bigint as pairs from link_scored where kind = 'refused'
