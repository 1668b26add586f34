-- table: identity_event
-- inputs: identity_now
-- grain: one row an organisation that went into another, left another, or kept an id that its main record would not give it
-- key: n
-- sorted: n
-- The events are those that hold: one that was taken back is gone (doc/decision 0010).
select n, kind, org_id, other_id, records, why from identity_now where kind in ('merge', 'split', 'kept')
