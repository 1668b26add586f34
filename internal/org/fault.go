package org

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// faultQueries find lines of decisions that the evidence gives nothing to apply to:
// the place of the line and why. What a decision leaves out is not in the evidence
// either, but lines about that do not stand.
var faultQueries = []string{
	// Records that are the same or not.
	`with said as (
  select nth, unnest([subject, value]) as key from decision_line where stands and kind in ('same', 'different')
)
select s.nth, 'no source holds organisations ' || s.key from said s anti join ev_organisation o on o.key = s.key order by s.nth, s.key`,
	// Sites that are moved, by record or by organisation.
	`with said as (
  select nth, decision_id, subject, regexp_replace(subject, ':(ro|site)$', '') as key, ends_with(subject, ':ro') as office from decision_line
  where stands and kind = 'move' and subject not in (select subject from moved) and subject not in (select key || ':site' from site_new)
),
held as (select o.key from ev_organisation o semi join said s on s.key = o.key),
org as (select s.nth, coalesce(a.org_id, s.key) as org_id from said s left join alias a on a.key = s.key)
select s.nth, case
    when s.key not in (select key from held) then 'no source holds organisations ' || s.key
    when m.site_id is null then 'no source holds a registered office of ' || s.key
    when x.org_id is not null then 'a later decision moves the same site'
    else 'the site is called ' || m.site_id || ', so move that' end
from said s
join org g on g.nth = s.nth
left join (select distinct coalesce(a.org_id, m.key) as org_id, m.kind from moved m left join alias a on a.key = m.key) x
  on x.org_id = g.org_id and x.kind = case when s.office then 'registered-office' else 'site' end
left join (
  select org_id, kind, min(site_id) as site_id from site where org_id in (select org_id from org) group by org_id, kind
) m on m.org_id = g.org_id and m.kind = case when s.office then 'registered-office' else 'site' end
order by s.nth`,
	// Addresses with a verdict.
	`select l.nth, case when a.subject is null then 'a later decision speaks about the same address' else 'no source holds a registered office there' end
from decision_line l
left join agent a on a.subject = l.subject
anti join (
  select a.subject from agent a join site s on s.postcode = a.postcode and (a.address is null or s.address = a.address) where s.kind = 'registered-office'
) h on h.subject = l.subject
where l.stands and l.kind = 'agent' order by l.nth`,
}

// faultStage says of decisions what keeps the evidence from holding them.
func faultStage() lake.Stage {
	return lake.Stage{Name: evidence.FaultTable, Inputs: []string{"decision_line", "ev_organisation", "moved", "site_new", "agent", "alias", "edge", "site"},
		Grain: "one row a line of a decision that cannot be applied, and why", Private: true, Version: "1 " + strings.Join(faultQueries, "\n"), Run: findFaults}
}

func findFaults(ctx context.Context, w lake.Work) error {
	text := filepath.Join(w.Dir, "faults.txt")
	out, err := os.Create(text)
	if err != nil {
		return err
	}
	defer out.Close()
	buf := bufio.NewWriter(out)
	if err := writeFaults(ctx, w.DB, buf); err != nil {
		return err
	}
	if err := buf.Flush(); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	err = w.DB.CopyFast(ctx, "select nth, why_not from read_csv("+lake.Literal(text)+
		", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', columns = {'nth': 'BIGINT', 'why_not': 'VARCHAR'}) order by nth, why_not",
		filepath.Join(w.Dir, lake.TableFile))
	if err != nil {
		return err
	}
	return os.Remove(text)
}

// writeFaults asks only where there is something to ask about: without decisions it
// reads nothing but their number.
func writeFaults(ctx context.Context, q lake.Querier, w *bufio.Writer) error {
	var n int
	if err := q.QueryRowContext(ctx, "select count(*) from decision_line where stands and kind in ('same', 'different', 'move', 'agent')").Scan(&n); err != nil || n == 0 {
		return err
	}
	write := func(nth int64, why string) { fmt.Fprintf(w, "%d\x1f%s\n", nth, why) }
	for _, query := range faultQueries {
		err := each(ctx, q, query, func(r *sql.Rows) error {
			var nth int64
			var why string
			if err := r.Scan(&nth, &why); err != nil {
				return err
			}
			write(nth, why)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return stillJoined(ctx, q, write)
}

// pair joins two records.
type pair struct{ other, by string }

// stillJoined faults decisions that two records are not the same where others join
// them all the same, and names the way from one to the other.
func stillJoined(ctx context.Context, q lake.Querier, write func(int64, string)) error {
	type apart struct {
		nth      int64
		one, two string
	}
	var all []apart
	err := each(ctx, q, `select l.nth, l.subject, l.value from decision_line l join alias a on a.key = l.subject join alias b on b.key = l.value
where l.stands and l.kind = 'different' and a.org_id = b.org_id order by l.nth`, func(r *sql.Rows) error {
		var p apart
		err := r.Scan(&p.nth, &p.one, &p.two)
		all = append(all, p)
		return err
	})
	if err != nil || len(all) == 0 {
		return err
	}
	pairs := map[string][]pair{}
	err = each(ctx, q, "select e.a, e.b, e.joined_by from edge e semi join alias a on a.key = e.a semi join alias b on b.key = e.b where e.a <> e.b order by e.a, e.b, e.joined_by", func(r *sql.Rows) error {
		var a, b, by string
		err := r.Scan(&a, &b, &by)
		pairs[a], pairs[b] = append(pairs[a], pair{b, by}), append(pairs[b], pair{a, by})
		return err
	})
	for _, p := range all {
		write(p.nth, "they are still one organisation: "+way(pairs, p.one, p.two))
	}
	return err
}

// way is the shortest way between two records, in words.
func way(pairs map[string][]pair, from, to string) string {
	came := map[string]pair{from: {}}
	for next := []string{from}; len(next) > 0; next = next[1:] {
		if next[0] == to {
			break
		}
		for _, p := range pairs[next[0]] {
			if _, seen := came[p.other]; !seen {
				came[p.other] = pair{next[0], p.by}
				next = append(next, p.other)
			}
		}
	}
	var steps []string
	for at := to; at != from; at = came[at].other {
		c, ok := came[at]
		if !ok {
			break
		}
		steps = append(steps, fmt.Sprintf("%s with %s by %s", c.other, at, c.by))
	}
	slices.Reverse(steps)
	return strings.Join(steps, ", ")
}
