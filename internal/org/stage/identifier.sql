-- table: identifier
-- inputs: ev_identifier, alias, linked, decision_line
-- grain: one row an identifier of an organisation in a source
-- An organisation of a register has the identifier by which its id names it, scheme-value; that one is
-- not repeated here. Companies of the register that are joined with an organisation bring theirs.
-- Of a company that a decision says the team's record is not, the number is not the team's.
-- sorted: org_id, scheme, value, source, line, file
with said as (
  select coalesce(a.org_id, i.key) as org_id, i.scheme, i.value, i.source, i.file, i.line
  from ev_identifier i
  left join alias a on a.key = i.key
  anti join (
    select subject, value from decision_line where stands and kind = 'different' union all select value, subject from decision_line where stands and kind = 'different'
  ) d on d.subject = i.key and d.value = i.scheme || '-' || i.value
),
joined as (
  select l.org_id, 'GB-COH' as scheme, substr(l.key, 8) as value, l.source, l.file, l.line
  from linked l
  join (select org_id, origin from linked where main) m on m.org_id = l.org_id
  where l.origin = 'register' and starts_with(l.key, 'GB-COH-') and (l.key <> l.org_id or m.origin <> 'register')
)
select org_id, scheme, value, source, file, line from said
union all
select j.org_id, j.scheme, j.value, j.source, j.file, j.line from joined j
anti join said s on s.org_id = j.org_id and s.scheme = j.scheme and s.value = j.value
