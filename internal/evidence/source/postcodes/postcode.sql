-- The lookup writes 99.999999 where a postcode has no place.
select file, line, postcode, lon, lat from {{raw}} where lat between 49 and 62 and lon between -9 and 3
