-- table: crowd
-- inputs: ev_site
-- grain: one row an address that very many companies share
-- key: postcode, address
-- sorted: postcode, address
-- kind: private
-- Where the source gives no address lines only the postcode can tell, and the threshold is higher. It is
-- a table of its own because counting all addresses takes as much memory as sorting all sites.
select postcode, nullif(address, '') as address, count(*) as n from ev_site
where kind = 'registered-office' and postcode is not null
group by postcode, nullif(address, '')
having count(*) >= case when nullif(address, '') is null then {{same_postcode}} else {{same_address}} end
