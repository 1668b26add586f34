package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/link"
	"milieu/internal/live"
	"milieu/internal/org"
)

// PairView is two records side by side, with what speaks for and against their being
// one organisation.
type PairView struct {
	org.LinkPair
	Ref, Path string
	Chance    string // "87 %"
	Words     string // what that means
	Score     string
	Outcome   string // what came of it in the release
	Heads     [2]PairHead
	Rows      []PairRow
	Waterfall chart.Chart
	Depends   string
	Version   int64  // of the decision on it
	Content   string // fingerprint of what is shown
}

// PairHead is where a record stands.
type PairHead struct {
	Name, Source, SourcePath string
	OrgName, OrgPath         string // of the organisation that it is part of, where that has another name
}

// PairRow is one thing that both records may say.
type PairRow struct {
	Label string
	Sides [2][]Word
	Same  bool
}

// Word is a part of what a record says; Differs where the other record does not have it.
type Word struct {
	Text    string
	Differs bool
}

// PairPage is one pair of records that were compared.
type PairPage struct {
	Base
	Pair    PairView
	Held    []DecisionView
	Queued  string // its place in the queue, "" where it is not asked about
	Verdict VerdictForm
}

// VerdictForm is what a form needs that decides on a pair.
type VerdictForm struct {
	A, B, Content string
	Version       int64
	Source        string // the queue's filter
	Back          string // "pair": come back to the page of the pair
}

// pairPath is the address of a pair's page.
func pairPath(a, b string) string {
	return "/linkage/pair?" + url.Values{"a": {a}, "b": {b}}.Encode()
}

func (s *Server) pairPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	a, b := q.Get("a"), q.Get("b")
	if a == "" || b == "" {
		return badRequest("No pair is named: open this page from an organisation, the review or the page of linkage.")
	}
	pair, err := org.Pair(r.Context(), snap.DB, a, b)
	if err != nil {
		return err
	}
	p := PairPage{Base: s.base(r, snap, pair.AName+" and "+pair.BName, "/linkage"), Pair: viewPair(snap, pair)}
	if actorOf(r).May(auth.ReadDecisions) {
		ds, version, err := s.cfg.Team.Book.On(r.Context(), actorOf(r), decision.Pairs, decision.PairSubject(pair.A, pair.B))
		if err != nil {
			return err
		}
		if p.Held, err = s.viewDecisions(r.Context(), snap, ds); err != nil {
			return err
		}
		p.Pair.Version = version
	}
	queue, err := reviewQueue(r.Context(), snap)
	if err != nil {
		return err
	}
	if _, in := queue.at[decision.PairSubject(pair.A, pair.B)]; in {
		p.Queued = reviewPath(pair.A, pair.B, "")
	}
	p.Verdict = VerdictForm{A: pair.A, B: pair.B, Version: p.Pair.Version, Content: p.Pair.Content, Back: "pair"}
	return s.render(w, r, "pair", p)
}

// viewPair puts a pair into words.
func viewPair(snap *live.Snapshot, p org.LinkPair) PairView {
	v := PairView{LinkPair: p, Ref: evidence.MakeRef("link", []string{p.A, p.B}), Path: pairPath(p.A, p.B), Chance: chance(p.Probability), Words: chanceWords(p.Probability),
		Score: chart.Signed(p.Weight, 1), Outcome: outcomeWords[p.Verdict], Waterfall: waterfall(p.AName+" and "+p.BName, p.Why, p.Probability), Content: contentOf(p)}
	if p.Reason != "" {
		v.Outcome += " (" + p.Reason + ")"
	}
	titles := sourceTitles(snap)
	for i, s := range p.Sides {
		v.Heads[i] = PairHead{Name: s.Name, Source: orText(titles[s.Record.Source], s.Record.Source), SourcePath: "/sources/" + url.PathEscape(s.Record.Source)}
		if s.OrgID != "" {
			v.Heads[i].OrgName, v.Heads[i].OrgPath = s.OrgName, orgPath(s.OrgID)
		}
	}
	v.Rows = compareSides(p.Sides)
	v.Depends = dependsWords(p.Sides)
	return v
}

// outcomeWords say what came of a pair in the release.
var outcomeWords = map[string]string{org.VerdictJoined: "joined by the evidence", org.VerdictReview: "waits for a decision", org.VerdictApart: "kept apart",
	org.VerdictRefused: "kept apart by a rule", org.VerdictSame: "joined by a decision", org.VerdictDifferent: "kept apart by a decision"}

// chance is a probability in per cent, as far as it can be told from certainty.
func chance(p float64) string {
	switch {
	case p > 0.9999:
		return "over 99.99 %"
	case p < 0.0001:
		return "under 0.01 %"
	case p >= 0.99 || p < 0.01:
		return chart.Number(100*p, 2) + " %"
	}
	return chart.Number(100*p, 0) + " %"
}

// chanceWords say what a probability means.
func chanceWords(p float64) string {
	for _, w := range []struct {
		from  float64
		words string
	}{{0.999, "almost certainly the same"}, {0.95, "very probably the same"}, {0.8, "probably the same"}, {0.5, "more likely the same than not"}, {0.2, "more likely different"}, {0.05, "probably different"}} {
		if p >= w.from {
			return w.words
		}
	}
	return "very probably different"
}

// waterfall draws the parts of a weight. Parts of which nothing is known on one side weigh
// nothing, and are said in one step.
func waterfall(of string, why []link.Part, probability float64) chart.Chart {
	sp := chart.WaterfallSpec{Title: "Weight of the evidence that " + of + " are one organisation", Unit: "Weight, log2", Total: "Score", End: chance(probability)}
	var silent []string
	for i, part := range why {
		if part.Weight == 0 && i > 0 {
			silent = append(silent, strings.ToLower(part.Name))
			continue
		}
		sp.Steps = append(sp.Steps, chart.WaterfallStep{Label: capitalise(part.Name), Detail: part.Detail, Value: part.Weight, Base: i == 0})
	}
	if len(silent) > 0 {
		sp.Steps = append(sp.Steps, chart.WaterfallStep{Label: capitalise(andList(silent)), Detail: "say nothing, for or against"})
	}
	return chart.Waterfall(sp)
}

// compareSides puts what both records say beside each other, and marks what only one of
// them says.
func compareSides(sides [2]org.LinkSide) []PairRow {
	var rows []PairRow
	add := func(label string, text func(org.LinkSide) string, split func(string) []string) {
		x, y := text(sides[0]), text(sides[1])
		if x == "" && y == "" {
			return
		}
		row := PairRow{Label: label, Same: folded(x) == folded(y) || split == nil}
		if split == nil {
			row.Sides = [2][]Word{unmarked(x), unmarked(y)}
		} else {
			a, b := split(x), split(y)
			row.Sides = [2][]Word{markWords(a, b), markWords(b, a)}
		}
		rows = append(rows, row)
	}
	add("Name", func(s org.LinkSide) string { return s.Name }, strings.Fields)
	add("Other names", func(s org.LinkSide) string { return s.Names }, semicolons)
	add("Numbers", func(s org.LinkSide) string { return s.Identifiers }, semicolons)
	add("Address", func(s org.LinkSide) string { return s.Address }, strings.Fields)
	add("Town", func(s org.LinkSide) string { return s.Town }, strings.Fields)
	add("Postcode", func(s org.LinkSide) string { return s.Postcode }, strings.Fields)
	// What follows is no evidence on who it is.
	add("Projects", func(s org.LinkSide) string {
		if s.Projects == 0 {
			return ""
		}
		return chart.Number(float64(s.Projects), 0)
	}, nil)
	add("Money", func(s org.LinkSide) string { return moneyList(s.Amounts) }, nil)
	add("Record", func(s org.LinkSide) string { return s.Key }, nil)
	return rows
}

func unmarked(s string) []Word {
	if s == "" {
		return nil
	}
	return []Word{{Text: s}}
}

// semicolons gives the parts of a text that semicolons part.
func semicolons(s string) []string {
	var out []string
	for _, p := range strings.Split(s, ";") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// folded is a word as it is compared here: without case and marks.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// lawForms are words of names that tell no two organisations apart.
var lawForms = map[string]bool{"the": true, "ltd": true, "limited": true, "plc": true, "llp": true, "cic": true, "cyf": true, "cyfyngedig": true, "inc": true, "gmbh": true, "company": true, "co": true}

// markWords marks the words that the other record does not have; where it has nothing at
// all there is nothing to differ from.
func markWords(words, other []string) []Word {
	has := map[string]bool{}
	for _, w := range other {
		has[folded(w)] = true
	}
	var out []Word
	for _, w := range words {
		out = append(out, Word{w, len(other) > 0 && folded(w) != "" && !has[folded(w)] && !lawForms[folded(w)]})
	}
	return out
}

// dependsWords say what would stand under one organisation.
func dependsWords(sides [2]org.LinkSide) string {
	projects := sides[0].Projects + sides[1].Projects
	if projects == 0 {
		return "No project or award hangs on it."
	}
	words := counted(projects, "project", "projects")
	if sum := moneyList(addMoney(sides[0].Amounts, sides[1].Amounts)); sum != "" {
		words += " with " + sum
	}
	if projects == 1 {
		return words + " hangs on it."
	}
	return words + " hang on it."
}

func addMoney(all ...[]org.Money) []org.Money {
	var out []org.Money
	at := map[string]int{}
	for _, some := range all {
		for _, m := range some {
			k, ok := at[m.Currency]
			if !ok {
				k = len(out)
				at[m.Currency] = k
				out = append(out, org.Money{Currency: m.Currency})
			}
			out[k].Amount += m.Amount
		}
	}
	return out
}

func moneyList(all []org.Money) string {
	var out []string
	for _, m := range all {
		out = append(out, money(m.Currency, m.Amount))
	}
	return andList(out)
}

// money writes an amount in the minor unit of its currency at a size people read.
func money(currency string, amount int64) string {
	sign := currency + " "
	switch currency {
	case "GBP", "":
		return chart.Money(amount)
	case "EUR":
		sign = "€"
	case "USD":
		sign = "$"
	}
	return strings.Replace(chart.Money(amount), "£", sign, 1)
}

// sourceTitles are the titles of the release's sources by id.
func sourceTitles(snap *live.Snapshot) map[string]string {
	out := map[string]string{}
	for _, s := range snap.Rel.Manifest.Sources {
		out[s.ID] = s.Title
	}
	return out
}

// contentOf tells one state of a pair from another: when it changes, who has put the pair
// off is asked again.
func contentOf(p org.LinkPair) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %.6f %v", []string{p.AName, p.BName, p.ASource, p.BSource}, p.Weight, p.Why))
	return hex.EncodeToString(sum[:8])
}
