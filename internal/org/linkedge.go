package org

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"milieu/internal/lake"
	"milieu/internal/link"
)

// Verdicts on a pair of records that were compared.
const (
	VerdictJoined    = "joined"
	VerdictReview    = "review"
	VerdictApart     = "apart"
	VerdictRefused   = "refused" // the evidence is for it, and a rule keeps them apart
	VerdictSame      = "decided-same"
	VerdictDifferent = "decided-different"
)

const (
	byNumber   = "company number"
	byOwn      = "own"
	byEvidence = "evidence"
	byDecision = "decision "
)

const edgeColumns = "a varchar, b varchar, joined_by varchar, weight double, probability double, joined boolean, verdict varchar, reason varchar, bridge boolean, scored boolean, rivals double, rivals_in varchar"

// edgeStage says of every pair what joins it, or why it is not joined.
func edgeStage(l Linkage) lake.Stage {
	return lake.Stage{Name: "link_edge", Inputs: []string{"link_scored", "identifier_pair", "official", "decision_line", "ev_organisation"}, Private: true, Key: []string{"a", "b", "joined_by"},
		Grain:   "one row a pair of records and what speaks for or against their being one organisation",
		Version: fmt.Sprintf("1 %v %v %q %s", l.Accept, l.Review, l.Unique, strings.Join(joinQueries[:], "\n")),
		Run: func(ctx context.Context, w lake.Work) error {
			j := joining{accept: l.Accept, review: l.Review, unique: map[string]bool{teamTable: true, registerTable: true}}
			for _, s := range l.Unique {
				j.unique[s] = true
			}
			if err := j.read(ctx, w.DB); err != nil {
				return err
			}
			j.judge()
			return writeTable(ctx, w, edgeColumns, "a, b, joined_by", true, j.write)
		}}
}

// scored is a pair that was compared.
type scored struct {
	a, b             string
	aTable, bTable   string
	weight, chance   float64
	rivals           float64 // what other records of a table without duplicates take from the weight
	rivalsIn         string  // that table, in words
	verdict, reason  string
	bridge, followed bool
}

// said is a pair of which an identifier or a decision speaks.
type said struct {
	a, b, by string
	strength int
	team     bool // the team gives the number
	joined   bool
	reason   string
}

// joining is all that is known of the pairs.
type joining struct {
	accept, review float64
	unique         map[string]bool // tables that hold no organisation twice
	pairs          []scored
	numbers        []said // by identifiers
	same           []said // by decisions; reason is empty
	different      map[[2]string]string
	own            []string // keys under which several rows stand
	official       map[string]map[string][]string
	known          map[string]bool // records of decisions that a source holds

	place   map[string]string // table without duplicates by record
	cluster map[string]int    // by record
	groups  []link.Group
}

// joinQueries read the pairs, the identifiers, the decisions, the numbers and the keys.
var joinQueries = [...]string{
	"select a, b, coalesce(a_table, ''), coalesce(b_table, ''), weight, probability from link_scored where kind = 'pair' order by a, b, a_table, b_table",
	"select a, b, joined_by, strength, team from identifier_pair order by a, b, joined_by",
	"select least(subject, value), greatest(subject, value), kind, decision_id from decision_line where stands and kind in ('same', 'different') order by 1, 2, nth",
	"select scheme, key, value from official order by scheme, key, value",
	`select distinct key from ev_organisation where origin = 'team' and starts_with(key, 'GB-COH-')
union select key from ev_organisation where origin = 'list' group by key having count(*) > 1 order by 1`,
	`select distinct key from ev_organisation where key in (select unnest([subject, value]) from decision_line where stands and kind in ('same', 'different'))`,
	`select key, min(case origin when 'team' then 'team' else source end) from ev_organisation
where origin <> 'register' and key in (select a from identifier_pair union select b from identifier_pair) group by key`,
}

func (j *joining) read(ctx context.Context, q lake.Querier) error {
	j.different, j.known, j.official, j.place = map[[2]string]string{}, map[string]bool{}, map[string]map[string][]string{}, map[string]string{}
	scans := [...]func(*sql.Rows) error{
		func(r *sql.Rows) error {
			var p scored
			err := r.Scan(&p.a, &p.b, &p.aTable, &p.bTable, &p.weight, &p.chance)
			j.pairs = append(j.pairs, p)
			return err
		},
		func(r *sql.Rows) error {
			var s said
			err := r.Scan(&s.a, &s.b, &s.by, &s.strength, &s.team)
			j.numbers = append(j.numbers, s)
			return err
		},
		func(r *sql.Rows) error {
			var a, b, kind, id string
			err := r.Scan(&a, &b, &kind, &id)
			if kind == "different" {
				j.different[[2]string{a, b}] = id
			} else {
				j.same = append(j.same, said{a: a, b: b, by: byDecision + id, joined: true})
			}
			return err
		},
		func(r *sql.Rows) error {
			var scheme, key, value string
			err := r.Scan(&scheme, &key, &value)
			if j.official[scheme] == nil {
				j.official[scheme] = map[string][]string{}
			}
			j.official[scheme][key] = append(j.official[scheme][key], value)
			return err
		},
		func(r *sql.Rows) error {
			var key string
			err := r.Scan(&key)
			j.own = append(j.own, key)
			return err
		},
		func(r *sql.Rows) error {
			var key string
			err := r.Scan(&key)
			j.known[key] = true
			return err
		},
		func(r *sql.Rows) error {
			var key, table string
			err := r.Scan(&key, &table)
			j.put(key, table)
			return err
		},
	}
	for i, query := range joinQueries {
		if err := each(ctx, q, query, scans[i]); err != nil {
			return err
		}
	}
	return nil
}

func (j *joining) write(r *rowWriter) error {
	for _, p := range j.pairs {
		var rivals, in any
		if p.rivalsIn != "" {
			rivals, in = p.rivals, p.rivalsIn
		}
		r.row(p.a, p.b, byEvidence, p.weight, p.chance, p.followed, p.verdict, p.reason, p.bridge, true, rivals, in)
	}
	for _, n := range j.numbers {
		verdict := VerdictJoined
		if !n.joined {
			verdict = VerdictRefused
		}
		r.row(n.a, n.b, n.by, nil, nil, n.joined, verdict, n.reason, false, false, nil, nil)
	}
	for _, s := range j.same {
		r.row(s.a, s.b, s.by, nil, nil, true, VerdictSame, nil, false, false, nil, nil)
	}
	for _, key := range j.own {
		r.row(key, key, byOwn, nil, nil, true, VerdictJoined, nil, false, false, nil, nil)
	}
	return nil
}
