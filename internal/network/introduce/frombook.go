package introduce

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"milieu/internal/lake"
	"milieu/internal/network"
	"milieu/internal/network/predict"
)

// Options complete what a book says.
type Options struct {
	// Closed says of an organisation's id why it is closed ("dissolved",
	// "dormant"), "" when it is not; nil: by its status in the register alone.
	// ReadClosed makes it.
	Closed func(id string) string
	Model  Model // nil: the reason "expected" is not given
	// Rate is the average probability of the model; 0: the share of pairs that are
	// tied now.
	Rate float64
}

// New makes the index of a network. It takes about a second for 100,000
// organisations and a million ties; keep it as long as the book.
func New(b *network.Book, o Options) *Index {
	x := Of(FromBook(b, o.Closed), o.Model)
	x.rate = cmp.Or(o.Rate, x.rate)
	return x
}

// Load makes the index of the network of a release, with the closed organisations
// and the model of expected ties that its tables hold.
func Load(ctx context.Context, q lake.Querier, b *network.Book) (*Index, error) {
	o := Options{}
	var err error
	if o.Closed, err = ReadClosed(ctx, q); err != nil {
		return nil, err
	}
	m, found, err := predict.Load(ctx, q)
	if err != nil {
		return nil, err
	}
	if found {
		o.Model, o.Rate = By(func(x, y int) float64 { return m.Expected(b, x, y) }), m.Fit.Rate
	}
	return New(b, o), nil
}

// Rank lists the pairs asked for; see [Index.Rank]. Whoever asks twice of one
// network keeps an index instead.
func Rank(ctx context.Context, b *network.Book, m Model, a Ask) ([]Pair, error) {
	list, err := New(b, Options{Model: m}).Rank(ctx, a)
	return list.Pairs, err
}

// settled are the kinds by which two organisations do not work together: they
// own, pay or house each other.
var settled = map[string]bool{"part_of": true, "funded_by": true, "tenant_of": true}

// FromBook is what the ranking knows of a network.
func FromBook(b *network.Book, shut func(id string) string) Data {
	_, now := b.Years()
	d := Data{Themes: b.Themes(), Now: now, Orgs: make([]Org, b.Len()), Community: make([]int32, b.Len()), Ties: make([]Tie, 0, len(b.Links()))}
	for _, s := range b.Sectors() {
		d.Sectors = append(d.Sectors, Named(s))
	}
	for v := range b.Len() {
		n := b.Node(v)
		why := shutBy(n.Status)
		if why == "" && shut != nil {
			why = shut(n.ID)
		}
		d.Orgs[v] = Org{ID: n.ID, Name: n.Name, Role: n.Role, Lon: n.Lon, Lat: n.Lat, Placed: n.Placed, Industry: n.Industry, Sectors: n.Sectors,
			Themes: n.Themes, Offers: n.Offers, Needs: n.Needs, Closed: why}
		d.Community[v] = -1
		if n.Whole.Tied {
			d.Community[v] = n.Whole.Community
		}
	}
	for _, l := range b.Links() {
		k := b.Kind(l)
		d.Ties = append(d.Ties, Tie{A: l.A, B: l.B, First: int(l.First), Last: int(l.Last), Family: k.Family, Strong: k.Strong || l.Records > 1 && !k.Directed,
			Inside: k.Key == "part_of", Working: !settled[k.Key], Assumed: k.Lasts > 0 && l.First > 0 && int(l.Last-l.First) == k.Lasts})
	}
	for _, m := range b.Meetings() {
		d.Meetings = append(d.Meetings, Meeting{Name: m.Name, Year: m.Year, Orgs: m.Orgs})
	}
	return d
}

// shutBy reads why an organisation is closed from its status or kind, in which
// teams write it: "dissolved", "dormant", "closed" or "".
func shutBy(status string) string {
	status = strings.ToLower(status)
	has := func(word string) bool { return strings.Contains(status, word) }
	switch {
	case has("dormant"):
		return "dormant"
	case has("dissol"), has("liquidat"), has("converted"), has("removed"):
		return "dissolved"
	case has("closed"):
		return "closed"
	}
	return ""
}

const closedQuery = `select org_id, coalesce(status, '') as status, coalesce(kind, '') as kind from organisation
where regexp_matches(lower(coalesce(status, '') || ' ' || coalesce(kind, '')), 'dormant|dissol|liquidat|converted|removed|closed') order by org_id`

// ReadClosed reads which organisations of a release are closed by their status
// or by what kind the team says they are.
func ReadClosed(ctx context.Context, q lake.Querier) (func(id string) string, error) {
	rows, err := q.QueryContext(ctx, closedQuery)
	if err != nil {
		return nil, fmt.Errorf("closed organisations: %w", err)
	}
	defer rows.Close()
	closed := map[string]string{}
	for rows.Next() {
		var id, status, kind string
		if err := rows.Scan(&id, &status, &kind); err != nil {
			return nil, fmt.Errorf("closed organisations: %w", err)
		}
		closed[id] = cmp.Or(shutBy(status), shutBy(kind))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("closed organisations: %w", err)
	}
	return func(id string) string { return closed[id] }, nil
}
