package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/structure"
	"milieu/internal/report"
)

// PathPage shows how two organisations are joined: the shortest chain of ties with the evidence of each, and others as short.
type PathPage struct {
	Base
	Tabs     []NetTab
	Finding  string
	Lede     string
	Filter   NetFilter
	From, To PathEnd
	Asked    bool
	Chains   []PathChain
	Total    string // how many chains there are, where more than are shown
	Steps    report.Figure
	Swap     string
	Gap      *PathGap
	Names    []Choice // organisations to choose from, the best tied
	CSV      string
}

// PathEnd is one of the two.
type PathEnd struct {
	ID, Name, Text string // Text is what was typed
	Choices        []Choice
	Untied         bool
}

// PathChain is one way from one to the other.
type PathChain struct{ Hops []PathHop }

// PathHop is a tie of a chain with its records.
type PathHop struct {
	From, FromPath, To, ToPath string
	FromRole, ToRole           string
	Kinds, When                string
	Strong                     bool
	Records                    report.Figure
	Proofs                     []HopProof
	More                       int
}

// HopProof is a record of a tie.
type HopProof struct{ Text, URL, Ref string }

// PathGap says why there is no chain, and where it would take least to make one.
type PathGap struct {
	Mine, Yours     string
	Here, There     string
	HereID, ThereID string
	Far             string
	Meet            string // address of introductions for one of them
}

const (
	mostChains = 6
	mostProofs = 4
	pathNames  = 60
)

func (s *Server) networkPath(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q, renamed := pathQuery(r.URL.Query())
	if renamed {
		http.Redirect(w, r, "/network/path?"+q.Encode(), http.StatusSeeOther)
		return nil
	}
	ask, err := s.askFilter(r, snap, q)
	if err != nil {
		return err
	}
	v := netViewOf(snap, ask)
	p := PathPage{Base: s.base(r, snap, "Path between two", "/network"), Tabs: netTabs(ask, "/network/path"), Finding: "How are two organisations joined?"}
	p.Lede = "Choose two: the shortest chain of ties between them, with the evidence of each."
	if p.Filter, err = s.netForm(r, snap, ask, v); err != nil {
		return err
	}
	from, a, err := pathEnd(snap, v, q.Get("a"))
	if err != nil {
		return err
	}
	to, b, err := pathEnd(snap, v, q.Get("b"))
	if err != nil {
		return err
	}
	p.From, p.To = from, to
	m := netMeasured{netView: v}
	names, err := netKeep(v, "names", func() ([]int, error) { return m.hubs(m.all(), pathNames), nil })
	if err != nil {
		return err
	}
	for _, i := range names {
		p.Names = append(p.Names, Choice{Value: v.Node(i).Name})
	}
	if a >= 0 && b >= 0 {
		p.Asked = true
		p.CSV = ask.with("/network/path", "a", from.ID, "b", to.ID, "format", "csv")
		p.Swap = ask.with("/network/path", "a", to.ID, "b", from.ID)
		if err := p.join(r.Context(), snap, ask, v, a, b); err != nil {
			return err
		}
	}
	if wantsCSV(r) {
		return pathCSV(w, p)
	}
	return s.render(w, r, "networkpath", p)
}

// pathQuery names the ends a and b: they may be called from and to as well, unless those are the years of the filter.
func pathQuery(q url.Values) (out url.Values, renamed bool) {
	for end, name := range map[string]string{"a": "from", "b": "to"} {
		if _, err := strconv.Atoi(q.Get(name)); err != nil && q.Get(name) != "" {
			q.Set(end, q.Get(name))
			q.Del(name)
			renamed = true
		}
	}
	return q, renamed
}

// pathEnd finds an organisation by its id or by what is typed of its name; -1 where nothing or several fit.
func pathEnd(snap *live.Snapshot, v *netView, text string) (PathEnd, int, error) {
	e := PathEnd{Text: text}
	if text == "" {
		return e, -1, nil
	}
	b := snap.Network
	at, ok := b.Find(text)
	if !ok {
		hits := orgsNamed(v, text)
		switch {
		case len(hits) == 0:
			return e, -1, notFound("The network knows no organisation like %.60q. Type more or less of its name, or take its address from its page.", text)
		case len(hits) > 1:
			for _, h := range hits[:min(len(hits), 12)] {
				e.Choices = append(e.Choices, Choice{Value: b.Node(h).ID, Label: b.Node(h).Name})
			}
			return e, -1, nil
		}
		at = hits[0]
	}
	n := b.Node(at)
	_, tied := v.Find(n.ID)
	e.ID, e.Name, e.Text, e.Untied = n.ID, n.Name, n.Name, !tied
	return e, at, nil
}

// orgsNamed are organisations whose name holds all words; one with exactly that name stands for itself.
func orgsNamed(v *netView, text string) []int {
	words := strings.Fields(strings.ToLower(text))
	whole := strings.Join(words, " ")
	var out []int
	for n := range v.Book.Len() {
		name := strings.ToLower(v.Book.Node(n).Name)
		if name == whole {
			return []int{n}
		}
		hit := len(words) > 0
		for _, w := range words {
			hit = hit && strings.Contains(name, w)
		}
		if hit {
			out = append(out, n)
		}
	}
	return out
}

// join fills the chains, or what is between the two.
func (p *PathPage) join(ctx context.Context, snap *live.Snapshot, ask netAsk, v *netView, a, b int) error {
	x, okX := v.Find(p.From.ID)
	y, okY := v.Find(p.To.ID)
	if a == b {
		return badRequest("Choose two different organisations.")
	}
	var route structure.Route
	if okX && okY {
		route = structure.Paths(v.View, x, y, mostChains)
	}
	if !route.Found {
		p.gap(ask, v, a, b)
		return nil
	}
	steps := len(route.Paths[0]) - 1
	p.Steps = report.CountFigure(int64(steps), pathRef(p.From.ID, p.To.ID, ask))
	p.Finding = p.From.Name + " and " + p.To.Name + " are tied"
	if steps > 1 {
		p.Finding = p.From.Name + " and " + p.To.Name + " are " + counted(steps, "step", "steps") + " apart"
	}
	p.Lede = ""
	if n := route.Total; n > float64(len(route.Paths)) {
		p.Total = chart.Number(n, 0)
	}
	for k, path := range route.Paths {
		var c PathChain
		for i := 0; i+1 < len(path); i++ {
			hop, err := pathHop(ctx, snap, ask, v, path[i], path[i+1], k == 0)
			if err != nil {
				return err
			}
			c.Hops = append(c.Hops, hop)
		}
		p.Chains = append(p.Chains, c)
	}
	return nil
}

// pathRef is the reference of how far two are apart.
func pathRef(a, b string, ask netAsk) string { return structure.PathRef(a, b, ask.filter) }

func pathHop(ctx context.Context, snap *live.Snapshot, ask netAsk, v *netView, i, j int32, proofs bool) (PathHop, error) {
	pair, _ := structure.PairOf(v.View, i, j)
	a, b := v.Node(int(i)), v.Node(int(j))
	h := PathHop{From: a.Name, FromPath: ask.with("/network", "org", a.ID), FromRole: a.Role, To: b.Name, ToPath: ask.with("/network", "org", b.ID), ToRole: b.Role,
		Kinds: kindWords(v.Book, pair), When: pairYears(pair.First, pair.Last), Strong: pair.Strong, Records: report.CountFigure(int64(pair.Records), network.TiedRef(a.ID, b.ID))}
	if !proofs {
		return h, nil
	}
	list, err := network.Evidence(ctx, snap.DB, a.ID, b.ID)
	if err != nil {
		return h, err
	}
	for _, proof := range list[:min(len(list), mostProofs)] {
		text := network.KindOf(proof.Kind).Label
		if proof.Project != "" {
			text += ": " + proof.Project
		}
		if proof.Start.Valid {
			text += ", " + nullInt(proof.Start)
		}
		h.Proofs = append(h.Proofs, HopProof{Text: text, URL: proof.SourceURL, Ref: proof.Ref})
	}
	h.More = len(list) - len(h.Proofs)
	return h, nil
}

func (p *PathPage) gap(ask netAsk, v *netView, a, b int) {
	p.Finding = "No chain of ties on record joins " + p.From.Name + " and " + p.To.Name
	p.Lede = ""
	if ask.key != "" {
		p.Lede = "That is under the filter; without it there may be one."
	}
	gap := structure.NearestBreak(v.View, int32(a), int32(b))
	g := &PathGap{Mine: counted(gap.Mine, "organisation", "organisations"), Yours: counted(gap.Yours, "organisation", "organisations")}
	if gap.Here >= 0 {
		here, there := v.Book.Node(int(gap.Here)), v.Book.Node(int(gap.There))
		g.Here, g.HereID, g.There, g.ThereID, g.Far = here.Name, here.ID, there.Name, there.ID, metresWords(gap.Metres)
		g.Meet = meetLink(here.ID, "", "")
	}
	p.Gap = g
}

// metresWords is a distance rounded to what it is known to.
func metresWords(m float64) string {
	if m < 1000 {
		return chart.Number(m, 0) + " m"
	}
	return chart.Number(m/1000, 1) + " km"
}

func pathCSV(w http.ResponseWriter, p PathPage) error {
	var rows [][]string
	for k, c := range p.Chains {
		for i, h := range c.Hops {
			rows = append(rows, []string{chart.Number(float64(k+1), 0), chart.Number(float64(i+1), 0), h.From, h.To, h.Kinds, h.When, map[bool]string{true: "strong", false: "weak"}[h.Strong], h.Records.Ref})
		}
	}
	return writeCSV(w, "path", []string{"chain", "step", "from", "to", "kinds", "years", "strength", "evidence"}, rows)
}
