-- table: identity
-- inputs: alias, identity_now
-- grain: one row a record whose organisation has another id, and one an id of an earlier release that is no longer one
-- key: key
-- sorted: key
-- Old addresses lead on by it, and the next build keeps ids by it.
select key, org_id from alias where key <> org_id
union all
select i.key, i.org_id from identity_now i anti join alias a on a.key = i.key where i.kind = 'gone'
