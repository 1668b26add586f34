-- table: edge
-- inputs: link_edge
-- grain: one row a pair of records that are one organisation, and what says so
-- key: a, b, joined_by
-- kind: private
-- What several sources say under one key stands as a pair of its own with that key on both sides.
select a, b, joined_by, weight, probability from link_edge where joined order by a, b, joined_by
