package org

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"milieu/internal/lake"
)

// Kinds of events in the life of an organisation's id.
const (
	EventMerge = "merge" // the other went into the organisation
	EventSplit = "split" // the other left the organisation
	EventKept  = "kept"  // the organisation has its id still, though the other is its main record now
)

const identityColumns = "kind varchar, n bigint, key varchar, org_id varchar, registered boolean, other_id varchar, records bigint, why varchar"

// lifeQuery gives every record that may matter to an id: those joined now, and those
// that had another id than their key, or gave theirs to others, in the release before.
// It says what organisation each was then.
const lifeQuery = `with asked as (select key from cluster union select key from previous_identity union select org_id from previous_identity
  union select org_id from previous_identity_event union select other_id from previous_identity_event),
held as (
  select o.key, min(case o.origin when 'register' then 2 when 'team' then case when starts_with(o.key, 'GB-COH-') then 1 else 0 end else 3 end) as rank, bool_or(o.origin = 'register') as registered
  from ev_organisation o semi join asked k on k.key = o.key group by o.key
),
was as (select p.org_id, p.origin from previous_organisation p semi join asked k on k.key = p.org_id)
select k.key, coalesce(i.org_id, w.org_id, ''), coalesce(v.origin, ''), coalesce(c.main_key, ''), h.key is not null, coalesce(h.rank, 9), coalesce(h.registered, false)
from asked k
left join cluster c on c.key = k.key
left join previous_identity i on i.key = k.key
left join was w on w.org_id = k.key
left join was v on v.org_id = coalesce(i.org_id, w.org_id)
left join held h on h.key = k.key
order by k.key`

const lifeEdgesQuery = "select a, b, joined_by from edge where a <> b order by a, b, joined_by"

const eventsQuery = "select n, kind, org_id, other_id, records, why from previous_identity_event order by n"

// identityStage keeps the ids of organisations from release to release. It reads the
// release before, so it is always run; what it gives is the difference from the ids that the
// main records alone would give, which is nothing in a first build.
func identityStage() lake.Stage {
	return lake.Stage{Name: "identity_now", Inputs: []string{"cluster", "edge", "ev_organisation", "previous_identity", "previous_organisation", "previous_identity_event"}, Private: true, Always: true,
		Grain:   "one row an id that is not the main record's key, an id of an earlier release that is no longer one, or an event",
		Version: "1 " + lifeQuery + lifeEdgesQuery, Run: func(ctx context.Context, w lake.Work) error {
			var life lives
			if err := life.read(ctx, w.DB); err != nil {
				return err
			}
			life.decide()
			return writeTable(ctx, w, identityColumns, "kind, n, key", true, life.write)
		}}
}

// life is a record and the organisation that it was and is part of.
type life struct {
	key, was   string // was: id in the release before, "" where it was in none
	wasOrigin  string
	main       string // main record of its organisation now
	held       bool   // a source holds it
	joined     bool   // it is joined with others now
	rank       int
	registered bool
}

// lives are all records that matter, and what becomes of ids.
type lives struct {
	records []life
	before  []Event
	edges   [][3]string

	at     map[string]*life
	of     map[string][]*life // records by main record
	heir   map[string]string  // main record of the organisation that keeps an id of before
	id     map[string]string  // id by main record
	taken  map[string]string  // main record by id
	gone   map[string]string
	events []Event
}

func (l *lives) read(ctx context.Context, q lake.Querier) error {
	var n int
	err := q.QueryRowContext(ctx, "select (select count(*) from cluster) + (select count(*) from previous_identity) + (select count(*) from previous_identity_event)").Scan(&n)
	if err != nil || n == 0 {
		return err
	}
	err = each(ctx, q, lifeQuery, func(r *sql.Rows) error {
		var v life
		err := r.Scan(&v.key, &v.was, &v.wasOrigin, &v.main, &v.held, &v.rank, &v.registered)
		if v.joined = v.main != ""; !v.joined {
			v.main = v.key
		}
		if v.joined || v.held {
			l.records = append(l.records, v)
		}
		return err
	})
	if err != nil {
		return err
	}
	err = each(ctx, q, eventsQuery, func(r *sql.Rows) error {
		var e Event
		err := r.Scan(&e.N, &e.Kind, &e.OrgID, &e.OtherID, &e.Records, &e.Why)
		l.before = append(l.before, e)
		return err
	})
	if err != nil {
		return err
	}
	return each(ctx, q, lifeEdgesQuery, func(r *sql.Rows) error {
		var e [3]string
		err := r.Scan(&e[0], &e[1], &e[2])
		l.edges = append(l.edges, e)
		return err
	})
}

// decide gives every organisation its id and says what happened to ids.
func (l *lives) decide() {
	l.at, l.of = map[string]*life{}, map[string][]*life{}
	for i := range l.records {
		v := &l.records[i]
		l.at[v.key] = v
		l.of[v.main] = append(l.of[v.main], v)
	}
	l.heirs()
	l.choose()
	l.happened()
}

// heirs finds for every id of the release before the organisation that may keep it: the
// one that holds the record of that key, or else, where no source has that record any more, the
// one with the most of its records, then the least main record.
func (l *lives) heirs() {
	count := map[string]map[string]int{} // records by id of before and main record
	for _, v := range l.records {
		if v.was != "" {
			if count[v.was] == nil {
				count[v.was] = map[string]int{}
			}
			count[v.was][v.main]++
		}
	}
	l.heir = map[string]string{}
	for was, mains := range count {
		if founder := l.at[was]; founder != nil {
			l.heir[was] = founder.main
			continue
		}
		best := ""
		for _, m := range slices.Sorted(maps.Keys(mains)) {
			if best == "" || mains[m] > mains[best] {
				best = m
			}
		}
		l.heir[was] = best
	}
}

// originRank orders the origins of organisations.
func originRank(origin string) int {
	return slices.Index([]string{"team", "register", "list"}, origin)
}

// choose gives the ids. An organisation that may keep several takes the one of the most of
// its records, then the team's before the register's before a list's, then the
// least. One that may keep none takes an id that was merged away and whose record it
// holds again, or else the key of its main record.
func (l *lives) choose() {
	l.id, l.taken = map[string]string{}, map[string]string{}
	retired := map[string]int{}
	for _, e := range l.before {
		if e.Kind == EventMerge {
			retired[e.OtherID] = e.N
		}
	}
	type claim struct {
		id, origin string
		records    int
	}
	for _, m := range slices.Sorted(maps.Keys(l.of)) {
		claims := map[string]claim{}
		again := ""
		for _, v := range l.of[m] {
			if v.was != "" && l.heir[v.was] == m {
				claims[v.was] = claim{v.was, v.wasOrigin, claims[v.was].records + 1}
			}
			if n, ok := retired[v.key]; ok && (again == "" || n > retired[again]) {
				again = v.key
			}
		}
		all := slices.Collect(maps.Values(claims))
		slices.SortFunc(all, func(x, y claim) int {
			return cmp.Or(y.records-x.records, originRank(x.origin)-originRank(y.origin), strings.Compare(x.id, y.id))
		})
		id := m
		switch {
		case len(all) > 0:
			id = all[0].id
		case again != "":
			id = again
		}
		l.id[m], l.taken[id] = id, m
	}
}

// happened compares with the release before. An event that was taken back is gone: a
// merge whose other id stands again, a split whose part is back where it was.
func (l *lives) happened() {
	var fresh []Event
	parts := map[string]map[string]int{} // records by id of before and id now
	for _, v := range l.records {
		if v.was != "" {
			if parts[v.was] == nil {
				parts[v.was] = map[string]int{}
			}
			parts[v.was][l.id[v.main]]++
		}
	}
	l.gone = map[string]string{}
	for _, was := range slices.Sorted(maps.Keys(parts)) {
		rest := was
		if _, stands := l.taken[was]; !stands {
			rest = l.restOf(was, parts[was])
			l.gone[was] = rest
			fresh = append(fresh, Event{Kind: EventMerge, OrgID: rest, OtherID: was, Records: parts[was][rest], Why: l.whyMerged(was, rest)})
		}
		for _, now := range slices.Sorted(maps.Keys(parts[was])) {
			if now != rest {
				fresh = append(fresh, Event{Kind: EventSplit, OrgID: was, OtherID: now, Records: parts[was][now], Why: "nothing joins them any more"})
			}
		}
	}
	for _, m := range slices.Sorted(maps.Keys(l.id)) {
		if l.id[m] != m {
			fresh = append(fresh, Event{Kind: EventKept, OrgID: l.id[m], OtherID: m, Records: len(l.of[m]), Why: "its main record is new, its id is not"})
		}
	}
	l.carry(fresh)
}

// restOf is the organisation that an id of before leads to now that it stands no more: the
// one with the record of that key, or else with the most of its records.
func (l *lives) restOf(was string, parts map[string]int) string {
	if founder := l.at[was]; founder != nil {
		return l.id[founder.main]
	}
	best := ""
	for _, id := range slices.Sorted(maps.Keys(parts)) {
		if best == "" || parts[id] > parts[best] {
			best = id
		}
	}
	return best
}

// whyMerged names a pair that joins records of an organisation of before with others.
func (l *lives) whyMerged(was, now string) string {
	for _, e := range l.edges {
		a, b := l.at[e[0]], l.at[e[1]]
		if a == nil || b == nil || l.id[a.main] != now {
			continue
		}
		if (a.was == was) != (b.was == was) {
			return fmt.Sprintf("%s and %s are joined by %s", e[0], e[1], e[2])
		}
	}
	return "its records are part of it now"
}

// carry puts the events that still hold before the new ones.
func (l *lives) carry(fresh []Event) {
	type what struct{ kind, org, other string }
	inverse := map[string]string{EventMerge: EventSplit, EventSplit: EventMerge}
	undone := map[what]bool{}
	now := map[what]Event{}
	for _, e := range fresh {
		now[what{e.Kind, e.OrgID, e.OtherID}] = e
		undone[what{inverse[e.Kind], e.OrgID, e.OtherID}] = true
	}
	stood := map[what]bool{}
	for _, e := range l.before {
		key := what{e.Kind, e.OrgID, e.OtherID}
		stood[key] = true
		_, alive := l.stands(e.OtherID)
		switch {
		case e.Kind == EventKept:
			if n, still := now[key]; still {
				l.events = append(l.events, n)
			}
		case undone[key], e.Kind == EventMerge && alive, e.Kind == EventSplit && !alive:
		default:
			l.events = append(l.events, e)
			if e.Kind == EventMerge && l.gone[e.OtherID] == "" {
				l.gone[e.OtherID] = e.OrgID
			}
		}
	}
	for _, e := range fresh {
		key := what{e.Kind, e.OrgID, e.OtherID}
		if stood[key] || stood[what{inverse[e.Kind], e.OrgID, e.OtherID}] {
			continue
		}
		l.events = append(l.events, e)
	}
	for i := range l.events {
		l.events[i].N = i + 1
	}
	for id := range l.gone {
		to := l.gone[id]
		for n := 0; l.gone[to] != "" && n < len(l.gone); n++ {
			to = l.gone[to]
		}
		l.gone[id] = to
	}
}

// stands says whether an id is one of an organisation now.
func (l *lives) stands(id string) (string, bool) {
	if m, ok := l.taken[id]; ok {
		return m, true
	}
	return "", false
}

func (l *lives) write(r *rowWriter) error {
	for _, m := range slices.Sorted(maps.Keys(l.id)) {
		if l.id[m] != m {
			v := l.at[m]
			r.row("id", nil, m, l.id[m], v != nil && v.registered, nil, nil, nil)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(l.gone)) {
		r.row("gone", nil, id, l.gone[id], nil, nil, nil, nil)
	}
	for _, e := range l.events {
		r.row(e.Kind, e.N, nil, e.OrgID, nil, e.OtherID, e.Records, e.Why)
	}
	return nil
}
