package org

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"milieu/internal/lake"
)

// clusterStage makes the organisations out of the pairs: every record with the main
// one of its organisation. A decision joins only what the sources hold; a number joins
// also what gives a number that no source holds.
func clusterStage() lake.Stage {
	const nodes, edges = "select key, rank from node order by key", "select a, b, joined_by from edge order by a, b, joined_by"
	return lake.Stage{Name: "cluster", Inputs: []string{"edge", "node"}, Private: true, Key: []string{"key"}, Grain: "one row a record that others are joined with, and the main record of its organisation",
		Version: "1 " + nodes + edges, Run: func(ctx context.Context, w lake.Work) error {
			f := forest{rank: map[string]int{}, up: map[string]string{}}
			err := each(ctx, w.DB, nodes, func(r *sql.Rows) error {
				var key string
				var rank int
				err := r.Scan(&key, &rank)
				f.rank[key] = rank
				return err
			})
			if err != nil {
				return err
			}
			err = each(ctx, w.DB, edges, func(r *sql.Rows) error {
				var a, b, by string
				if err := r.Scan(&a, &b, &by); err != nil {
					return err
				}
				_, one := f.rank[a]
				_, two := f.rank[b]
				if !strings.HasPrefix(by, byDecision) || one && two {
					f.join(a, b)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return writeTable(ctx, w, "key varchar, main_key varchar", "key", true, func(r *rowWriter) error {
				for _, key := range slices.Sorted(maps.Keys(f.up)) {
					r.row(key, f.root(key))
				}
				return nil
			})
		}}
}

// forest joins records; the root of each tree is its main record.
type forest struct {
	rank map[string]int // of those that a source holds
	up   map[string]string
}

// lastRank is that of what no source holds.
const lastRank = 9

func (f forest) before(a, b string) bool {
	rank := func(key string) int {
		if r, ok := f.rank[key]; ok {
			return r
		}
		return lastRank
	}
	return cmp.Or(rank(a)-rank(b), strings.Compare(a, b)) < 0
}

func (f forest) root(key string) string {
	if f.up[key] == "" {
		f.up[key] = key
	}
	for f.up[key] != key {
		f.up[key] = f.up[f.up[key]]
		key = f.up[key]
	}
	return key
}

func (f forest) join(a, b string) {
	a, b = f.root(a), f.root(b)
	if f.before(b, a) {
		a, b = b, a
	}
	f.up[b] = a
}
