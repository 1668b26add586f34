package org

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/link"
)

// LinkPair is two records that were compared, and what came of it.
type LinkPair struct {
	A, B             string // keys, the lesser first
	AName, BName     string
	AOrg, BOrg       string // organisations that they are part of
	ASource, BSource string
	Weight           float64 // log2 of the odds; the sum of Why
	Probability      float64
	Verdict          string
	Reason           string // what else joins them, or what keeps them apart
	Why              []link.Part
	Effect, Question float64 // how much hangs on it, and how much an answer is worth
	Bridge           bool    // without it the organisation would fall in two
	Sides            [2]LinkSide
}

// LinkSide is one record of a pair with what it was compared by.
type LinkSide struct {
	Key, Origin, Name, OrgID, OrgName string
	Names                             string // other names, parted by semicolons
	Address, Town, Postcode           string
	Identifiers                       string // scheme and value, parted by semicolons
	Projects                          int
	Amounts                           []Money
	Record                            evidence.Record
}

// Money is a sum in one currency, in its minor unit.
type Money struct {
	Currency string
	Amount   int64
	Awards   int
}

const pairColumns = `select a, b, a_name, b_name, a_org, b_org, a_source, b_source, weight, probability, verdict, coalesce(reason, ''), why, effect, question, bridge from link_pair `

func scanPair(r interface{ Scan(...any) error }) (LinkPair, error) {
	var p LinkPair
	var why string
	err := r.Scan(&p.A, &p.B, &p.AName, &p.BName, &p.AOrg, &p.BOrg, &p.ASource, &p.BSource, &p.Weight, &p.Probability, &p.Verdict, &p.Reason, &why, &p.Effect, &p.Question, &p.Bridge)
	if err == nil {
		err = json.Unmarshal([]byte(why), &p.Why)
	}
	return p, err
}

func pairs(ctx context.Context, q lake.Querier, where string, args ...any) ([]LinkPair, error) {
	var out []LinkPair
	err := each(ctx, q, pairColumns+where, func(r *sql.Rows) error {
		p, err := scanPair(r)
		out = append(out, p)
		return err
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("pairs of records: %w", err)
	}
	return out, nil
}

// eachPairQuery leaves out what the weights are made of: it is most of the table, and a list
// of all pairs has no use for it.
const eachPairQuery = `select a, b, a_name, b_name, a_org, b_org, a_source, b_source, weight, probability, verdict, coalesce(reason, ''), '[]', effect, question, bridge
from link_pair order by probability desc, weight desc, a, b`

// EachPair gives all pairs in the order of Pairs, without Why, and holds none of them.
func EachPair(ctx context.Context, q lake.Querier, do func(LinkPair) error) error {
	err := each(ctx, q, eachPairQuery, func(r *sql.Rows) error {
		p, err := scanPair(r)
		if err != nil {
			return err
		}
		return do(p)
	})
	if err != nil {
		return fmt.Errorf("all pairs of records: %w", err)
	}
	return nil
}

// Pair reads two records that were compared, with what both hold. The error is
// ErrNotFound where they were not.
func Pair(ctx context.Context, q lake.Querier, a, b string) (LinkPair, error) {
	p, err := scanPair(q.QueryRowContext(ctx, pairColumns+"where a = $1 and b = $2", min(a, b), max(a, b)))
	if errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("records %s and %s were not compared: %w", a, b, ErrNotFound)
	}
	if err != nil {
		return p, fmt.Errorf("records %s and %s: %w", a, b, err)
	}
	for i, key := range []string{p.A, p.B} {
		if p.Sides[i], err = side(ctx, q, key); err != nil {
			return p, fmt.Errorf("record %s: %w", key, err)
		}
	}
	return p, nil
}

const sideQuery = `select key, origin, name, coalesce(org_id, ''), coalesce(org_name, ''), coalesce(names, ''), coalesce(address, ''), coalesce(town, ''), coalesce(postcode, ''),
  coalesce(identifiers, ''), projects, coalesce(amounts, ''), source, file, line from link_record where key = $1`

func side(ctx context.Context, q lake.Querier, key string) (LinkSide, error) {
	var s LinkSide
	var amounts string
	err := q.QueryRowContext(ctx, sideQuery, key).Scan(&s.Key, &s.Origin, &s.Name, &s.OrgID, &s.OrgName, &s.Names, &s.Address, &s.Town, &s.Postcode,
		&s.Identifiers, &s.Projects, &amounts, &s.Record.Source, &s.Record.File, &s.Record.Line)
	for _, part := range strings.Split(amounts, "; ") {
		if currency, n, ok := strings.Cut(part, " "); ok {
			amount, err := strconv.ParseInt(n, 10, 64)
			if err != nil {
				return s, err
			}
			s.Amounts = append(s.Amounts, Money{Currency: currency, Amount: amount})
		}
	}
	return s, err
}

const waiting = "where verdict = 'review' and question > 0"

// Queue reads the pairs that wait for a decision, those first on which an answer is
// worth most.
func Queue(ctx context.Context, q lake.Querier, limit, offset int) ([]LinkPair, error) {
	return pairs(ctx, q, waiting+" order by question desc, a, b limit $1 offset $2", limit, offset)
}

// QueueLength counts the pairs that wait for a decision.
func QueueLength(ctx context.Context, q lake.Querier) (n int, err error) {
	if err = q.QueryRowContext(ctx, "select count(*) from link_pair "+waiting).Scan(&n); err != nil {
		err = fmt.Errorf("pairs that wait for a decision: %w", err)
	}
	return n, err
}

// PairsOf reads the pairs that have a record of the organisation, the most probable
// first.
func PairsOf(ctx context.Context, q lake.Querier, id string) ([]LinkPair, error) {
	return pairs(ctx, q, "where a_org = $1 or b_org = $1 order by probability desc, a, b", id)
}

// Measure is one measure of the linkage with its interval, where it has one.
type Measure struct {
	Name          string
	Value, Lo, Hi sql.NullFloat64
	N             int // pairs behind it
	Note          string
}

// Quality reads the measures of the linkage.
func Quality(ctx context.Context, q lake.Querier) ([]Measure, error) {
	var out []Measure
	err := each(ctx, q, "select measure, value, lo, hi, n, note from link_quality order by nth", func(r *sql.Rows) error {
		var m Measure
		err := r.Scan(&m.Name, &m.Value, &m.Lo, &m.Hi, &m.N, &m.Note)
		out = append(out, m)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("quality of the linkage: %w", err)
	}
	return out, nil
}

// LinkCluster is an organisation that is made of several records.
type LinkCluster struct {
	OrgID, Name        string
	Records, Sources   int
	Weakest            sql.NullFloat64 // probability of the weakest pair by evidence
	WeakestA, WeakestB string
	Bridges            int
	Flag               string // bridge, large, numbers; parted by commas, "" where nothing is odd
}

const clusterColumns = `select c.org_id, o.name, c.records, c.sources, c.weakest, coalesce(c.weakest_a, ''), coalesce(c.weakest_b, ''), c.bridges, c.flag
from link_cluster c join organisation o on o.org_id = c.org_id `

// Clusters reads the organisations that are made of several records: at most limit
// after the first offset, those first that are odd, then the largest.
func Clusters(ctx context.Context, q lake.Querier, limit, offset int) ([]LinkCluster, error) {
	var out []LinkCluster
	err := each(ctx, q, clusterColumns+"order by c.flag = '', c.records desc, c.org_id limit $1 offset $2", func(r *sql.Rows) error {
		var c LinkCluster
		err := r.Scan(&c.OrgID, &c.Name, &c.Records, &c.Sources, &c.Weakest, &c.WeakestA, &c.WeakestB, &c.Bridges, &c.Flag)
		out = append(out, c)
		return err
	}, limit, offset)
	if err != nil {
		return nil, fmt.Errorf("organisations of several records: %w", err)
	}
	return out, nil
}

// Event is something that happened to the id of an organisation.
type Event struct {
	N                  int
	Kind               string // EventMerge, EventSplit or EventKept
	OrgID, OrgName     string // OrgName is "" where the organisation is gone
	OtherID, OtherName string
	Records            int // records that went with it
	Why                string
}

// Events reads the events that hold, oldest first.
func Events(ctx context.Context, q lake.Querier) ([]Event, error) {
	var out []Event
	err := each(ctx, q, `select e.n, e.kind, e.org_id, coalesce(o.name, ''), e.other_id, coalesce(p.name, ''), e.records, e.why from identity_event e
left join organisation o on o.org_id = e.org_id left join organisation p on p.org_id = e.other_id order by e.n`, func(r *sql.Rows) error {
		var e Event
		err := r.Scan(&e.N, &e.Kind, &e.OrgID, &e.OrgName, &e.OtherID, &e.OtherName, &e.Records, &e.Why)
		out = append(out, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("events of organisations: %w", err)
	}
	return out, nil
}

// NewEvents are those of now that did not hold in the release before.
func NewEvents(now, before []Event) []Event {
	type what struct{ kind, org, other string }
	old := map[what]bool{}
	for _, e := range before {
		old[what{e.Kind, e.OrgID, e.OtherID}] = true
	}
	var out []Event
	for _, e := range now {
		if !old[what{e.Kind, e.OrgID, e.OtherID}] {
			out = append(out, e)
		}
	}
	return out
}

// LinkState is what a check of the linkage finds.
type LinkState struct {
	Review  int     `json:"review"`                   // pairs that wait for a decision
	Flagged int     `json:"flagged"`                  // organisations whose records hold together oddly
	Refused []Block `json:"refused_blocks,omitempty"` // blocks of records that were too large to be compared
}

// Block is a block of records that was not compared.
type Block struct {
	Rule    string `json:"rule"`
	Key     string `json:"key"`
	Records int64  `json:"records"`
	Pairs   int64  `json:"pairs"`
}

// State reads what a check of the linkage finds.
func State(ctx context.Context, q lake.Querier) (LinkState, error) {
	var s LinkState
	var err error
	if s.Review, err = QueueLength(ctx, q); err != nil {
		return s, err
	}
	if err := q.QueryRowContext(ctx, "select count(*) from link_cluster where flag <> ''").Scan(&s.Flagged); err != nil {
		return s, fmt.Errorf("flagged organisations: %w", err)
	}
	err = each(ctx, q, "select rule, block, records, pairs from link_block order by pairs desc, rule, block", func(r *sql.Rows) error {
		var b Block
		err := r.Scan(&b.Rule, &b.Key, &b.Records, &b.Pairs)
		s.Refused = append(s.Refused, b)
		return err
	})
	if err != nil {
		return s, fmt.Errorf("blocks that were not compared: %w", err)
	}
	return s, nil
}
