package web

import (
	"context"
	"fmt"
	"html"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/geo"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/introduce"
	"milieu/internal/network/ledger"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/store"
)

// IntroductionPage is one introduction: why it was accepted, who has it, and what came of it.
type IntroductionPage struct {
	Base
	Intro        ledger.Introduction
	APath, BPath string // "" where the release does not have the organisation
	StateSay     string
	WhoSay       string
	DueDay       string
	Late         bool
	For, Against []IntroReason
	Older        bool // the reasons are of another release than the one that is served
	NowPath      string
	Tied         string // reference of their ties, where they have some now
	TiedSay      string
	Picture      chart.Chart // where the two are
	PathCheck    string      // how they are linked now
	History      []IntroEntry
	Members      []Choice
	Outcomes     []Choice
	Today        string
	Open         bool // accepted, so that something can come of it
	Back         string
}

// IntroEntry is a line of the history.
type IntroEntry struct {
	ledger.Entry
	What, Who, When string
	DaySay          string
	Outcome         bool // one that stands, so that it can be taken back
}

func changedAt(i ledger.Introduction) time.Time { return store.ParseTime(i.ChangedAt) }

// daySay writes a day of the ledger for people.
func daySay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 January 2006")
}

// safeBack is an address of this site to go back to.
func safeBack(back string) string { return auth.SafeNext(back) }

func (s *Server) introduction(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, _ := s.ledger()
	i, history, err := b.Introduction(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	p := IntroductionPage{Base: s.base(r, snap, i.AName+" and "+i.BName, "/introductions"), Intro: i, StateSay: i.State.Label(), DueDay: daySay(i.Due), Older: i.Release != snap.Rel.ID, Open: i.State == ledger.Accepted,
		Today: b.Now().UTC().Format(time.DateOnly), Back: introPath(i.ID)}
	p.Late = p.Open && i.Outcome == "" && i.Due != "" && i.Due < p.Today
	p.NowPath = "/introductions?" + url.Values{"org": {i.A}}.Encode()
	p.reasons(i)
	if err := p.now(r.Context(), snap); err != nil {
		return err
	}
	ids := []string{i.AssignedTo, i.MadeBy}
	for _, e := range history {
		ids = append(ids, e.By)
		if e.Kind == "assigned" {
			ids = append(ids, e.Value)
		}
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return err
	}
	if i.AssignedTo != "" {
		p.WhoSay = nameOf(i.AssignedTo, names)
	}
	for _, e := range slices.Backward(history) {
		p.History = append(p.History, introEntry(e, names))
	}
	for _, o := range ledger.Outcomes {
		p.Outcomes = append(p.Outcomes, Choice{Value: o.Key, Label: o.Label, Current: o.Key == "met"})
	}
	if p.Who.Decides {
		members, err := b.Members(r.Context(), actorOf(r))
		if err != nil {
			return err
		}
		for _, m := range members {
			p.Members = append(p.Members, Choice{Value: m.PersonID, Label: orText(m.Name, "a member without a name"), Current: m.PersonID == i.AssignedTo})
		}
	}
	return s.render(w, r, "introduction", p)
}

// reasons are those that were shown when the pair was judged last. What they refer to is in the
// release that they are of, so of another they have no links.
func (p *IntroductionPage) reasons(i ledger.Introduction) {
	largest := 0.0
	for _, x := range i.Reasons {
		largest = max(largest, x.Weight)
	}
	for _, x := range i.Reasons {
		kind, known := introduce.KindOf(x.Key)
		v := IntroReason{Label: kind.Label, Text: capital(x.Text)}
		if !known {
			v.Label = x.Key
		}
		if !p.Older {
			v.Refs = x.Refs[:min(len(x.Refs), mostRefs)]
		}
		if largest > 0 {
			v.Percent = max(0, int(100*x.Weight/largest+0.5))
		}
		if x.Against {
			p.Against = append(p.Against, v)
		} else {
			p.For = append(p.For, v)
		}
	}
}

// now says what the release that is served has of the two.
func (p *IntroductionPage) now(ctx context.Context, snap *live.Snapshot) (err error) {
	a, okA := snap.Network.Find(p.Intro.A)
	b, okB := snap.Network.Find(p.Intro.B)
	if okA {
		p.APath = orgPath(p.Intro.A)
	}
	if okB {
		p.BPath = orgPath(p.Intro.B)
	}
	if !okA || !okB {
		return nil
	}
	p.PathCheck = pathCheck(p.Intro.A, p.Intro.B)
	var kinds []string
	for _, l := range snap.Network.Between(a, b) {
		if k := snap.Network.Kind(l); k.Family == network.FamilyTie {
			kinds = append(kinds, strings.ToLower(k.Label))
		}
	}
	slices.Sort(kinds)
	if kinds = slices.Compact(kinds); len(kinds) > 0 {
		p.Tied, p.TiedSay = network.TiedRef(p.Intro.A, p.Intro.B), andList(kinds)
	}
	p.Picture, err = pairPicture(ctx, snap, snap.Network.Node(a), snap.Network.Node(b))
	return err
}

// pathCheck is the page of the path between two.
func pathCheck(a, b string) string {
	return "/network/path?" + url.Values{"from": {a}, "to": {b}}.Encode()
}

// pairPicture is a sketch of where two organisations are, among the areas that the team drew around
// them; none where a position is not known.
func pairPicture(ctx context.Context, snap *live.Snapshot, a, b *network.Node) (chart.Chart, error) {
	if !a.Placed || !b.Placed {
		return chart.Chart{}, nil
	}
	const least = 0.004 // degrees around the two: some hundred metres
	pad := max(least, 0.3*math.Abs(a.Lat-b.Lat), 0.3*math.Abs(a.Lon-b.Lon))
	box := geo.Box{West: min(a.Lon, b.Lon) - pad, East: max(a.Lon, b.Lon) + pad, South: min(a.Lat, b.Lat) - pad, North: max(a.Lat, b.Lat) + pad}
	areas, err := place.Shapes(ctx, snap.DB, "", box, 0)
	if err != nil {
		return chart.Chart{}, err
	}
	at := frame([]place.Shape{{Area: place.Area{Box: box}}}, (box.West+box.East)/2, (box.South+box.North)/2)
	var s strings.Builder
	for _, area := range areas {
		fmt.Fprintf(&s, `<path d="%s" fill="var(--accent)" fill-opacity=".06" stroke="var(--line-3)" stroke-width="1"><title>%s</title></path>`, outline(simplified(area), at), html.EscapeString(area.Name))
	}
	ax, ay := at(a.Lon, a.Lat)
	bx, by := at(b.Lon, b.Lat)
	fmt.Fprintf(&s, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="var(--ink-3)" stroke-dasharray="4 3"/>`, ax, ay, bx, by)
	for _, p := range []struct {
		x, y float64
		n    *network.Node
	}{{ax, ay, a}, {bx, by, b}} {
		anchor, dy := "start", 17.0 // names stand off the line between the two
		if p.x > locatorW/2 {
			anchor = "end"
		}
		if p.y < ay || p.y < by || p.n == a && ay == by {
			dy = -9
		}
		fmt.Fprintf(&s, `<circle cx="%.1f" cy="%.1f" r="5" fill="var(--%s)" stroke="var(--card)" stroke-width="1.5"/><text x="%.1f" y="%.1f" font-size="11" text-anchor="%s" fill="var(--ink)">%s</text>`,
			p.x, p.y, roleColour(p.n.Role), p.x, p.y+dy, anchor, html.EscapeString(cutText(p.n.Name, 28)))
	}
	title := "Where " + a.Name + " and " + b.Name + " are"
	return chart.Chart{Title: title, SVG: fmt.Sprintf(`<svg class="chart" viewBox="0 0 %g %g" role="img" aria-label="%s">%s</svg>`, locatorW, locatorH, html.EscapeString(title), s.String())}, nil
}

// roleColour is the token of a role's colour.
func roleColour(role string) string {
	if slices.ContainsFunc(org.Roles, func(r org.Role) bool { return r.Key == role }) {
		return role
	}
	return "ink-3"
}

func introEntry(e ledger.Entry, names map[string]string) IntroEntry {
	v := IntroEntry{Entry: e, Who: nameOf(e.By, names), When: dayTime(e.At), DaySay: daySay(e.Day), Outcome: e.Kind == "outcome" && !e.Void}
	switch e.Kind {
	case "assigned":
		v.What = "Given to " + nameOf(e.Value, names)
		if e.Value == "" {
			v.What = "Given to nobody"
		}
		if e.Day != "" {
			v.What += ", due " + v.DaySay
		}
	case "outcome":
		v.What = ledger.OutcomeLabel(e.Value) + ", " + v.DaySay
	case "taken-back":
		v.What = "Outcome " + e.Value + " taken back"
	case "erased":
		v.What = "Note of " + e.Value + " erased"
	case string(ledger.PutOff):
		v.What = "Not now, until " + v.DaySay
	default:
		v.What = ledger.State(e.Kind).Label()
	}
	return v
}

// ledgerList is the page's lists of what people have said of pairs.
func (s *Server) ledgerList(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, p IntroductionsPage) error {
	b, _ := s.ledger()
	q := r.URL.Query()
	f := ledger.Filter{State: ledger.State(p.Show), Limit: pageRows}
	if p.Show == "mine" {
		f.State, f.AssignedTo = ledger.Accepted, actorOf(r).PersonID
	}
	if p.Ask.Org != "" {
		id, _, err := whichOrg(r.Context(), snap, p.Ask.Org)
		if err != nil {
			return err
		}
		f.Org = orText(id, p.Ask.Org)
	}
	page, err := pageNumber(q)
	if err != nil {
		return err
	}
	if f.Offset = (page - 1) * pageRows; wantsCSV(r) {
		f.Limit, f.Offset = csvMost, 0
	}
	list, total, err := b.Introductions(r.Context(), actorOf(r), f)
	if err != nil {
		return err
	}
	var ids []string
	for _, i := range list {
		ids = append(ids, i.AssignedTo)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return err
	}
	today := b.Now().UTC().Format(time.DateOnly)
	for _, i := range list {
		p.Rows = append(p.Rows, introRow(i, names, today))
	}
	if wantsCSV(r) {
		if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadDecisions, "introductions", "csv", len(p.Rows)); err != nil {
			return err
		}
		return introRowsCSV(w, p.Rows)
	}
	q.Del("said")
	p.Pager = pager("/introductions", q, page, pageRows, total)
	p.Finding, p.Lede = ledgerWords(p.Show, total)
	return s.render(w, r, "introductions", p)
}

func ledgerWords(show string, n int) (finding, lede string) {
	switch show {
	case "mine":
		return counted(n, "introduction is yours", "introductions are yours"), "What was given to you, with the day on which it is due. Write down what comes of each: the ranking learns from it."
	case string(ledger.Accepted):
		return counted(n, "introduction is accepted", "introductions are accepted"), "Open one to give it to somebody and to write down what came of it."
	case string(ledger.PutOff):
		return counted(n, "pair is put off", "pairs are put off"), "They come back on their day."
	case string(ledger.Declined):
		return counted(n, "pair was declined", "pairs were declined"), "They are not suggested for a year, and then with that against them."
	}
	return counted(n, "pair was taken back", "pairs were taken back"), "They are suggested again, with their history."
}

func introRow(i ledger.Introduction, names map[string]string, today string) IntroRow {
	row := IntroRow{Introduction: i, Path: introPath(i.ID), DueDay: daySay(i.Due), When: dayTime(i.ChangedAt), StateSay: i.State.Label(), OutcomeIs: ledger.OutcomeLabel(i.Outcome)}
	if i.AssignedTo != "" {
		row.Who = nameOf(i.AssignedTo, names)
	}
	row.Late = i.State == ledger.Accepted && i.Outcome == "" && i.Due != "" && i.Due < today
	return row
}

func introRowsCSV(w http.ResponseWriter, rows []IntroRow) error {
	header := []string{"introduction_id", "a_id", "a_name", "b_id", "b_name", "state", "reasons", "release", "assigned_to", "due", "outcome", "made_at", "changed_at"}
	var out [][]string
	for _, x := range rows {
		var keys []string
		for _, reason := range x.Reasons {
			if !reason.Against {
				keys = append(keys, reason.Key)
			}
		}
		out = append(out, []string{x.ID, x.A, x.AName, x.B, x.BName, string(x.State), strings.Join(keys, ";"), x.Release, x.Who, x.Due, x.Outcome, x.MadeAt, x.ChangedAt})
	}
	return writeCSV(w, "introductions-ledger", header, out)
}

var introHeader = []string{"rank", "a_id", "a_name", "a_role", "b_id", "b_name", "b_role", "score", "km", "via_id", "via_name", "for_keys", "for", "against_keys", "against"}

func introTable(snap *live.Snapshot, list introduce.List) [][]string {
	var out [][]string
	for k, pair := range list.Pairs {
		a, b := snap.Network.Node(pair.A), snap.Network.Node(pair.B)
		row := []string{strconv.Itoa(k + 1), a.ID, a.Name, a.Role, b.ID, b.Name, b.Role, strconv.FormatFloat(pair.Score, 'f', 4, 64), "", "", ""}
		if pair.Km >= 0 {
			row[8] = strconv.FormatFloat(pair.Km, 'f', 3, 64)
		}
		if pair.Via >= 0 {
			row[9], row[10] = snap.Network.Node(pair.Via).ID, snap.Network.Node(pair.Via).Name
		}
		for _, side := range [][]introduce.Reason{pair.For, pair.Against} {
			var keys, texts []string
			for _, x := range side {
				keys, texts = append(keys, fmt.Sprintf("%s=%.3f", x.Key, x.Points)), append(texts, x.Text)
			}
			row = append(row, strings.Join(keys, ";"), strings.Join(texts, "; "))
		}
		out = append(out, row)
	}
	return out
}
