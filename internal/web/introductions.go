package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/introduce"
	"milieu/internal/network/ledger"
)

// IntroductionsPage lists pairs of organisations that should be introduced, or those of which
// people have said something.
type IntroductionsPage struct {
	Base
	Finding  string
	Lede     string
	Tabs     []Choice
	Show     string // "" suggestions, else a state, or mine
	Ask      introAsk
	OrgName  string
	Which    []Choice // organisations that the words may mean
	NoOrg    string   // why nothing can be suggested for the organisation
	Areas    []ChoiceGroup
	Sectors  []Choice
	Themes   []string
	Narrowed bool
	Cards    []IntroCard
	More     string // address of a longer list
	LeftOut  string
	Away     int // pairs of which people have said something, so they are not among the cards
	Rows     []IntroRow
	Pager    Pager
	Works    []WorkRow
	WorksSay string
	CSV      string
	Empty    bool // the release has no network
	Waiting  bool // it is being ranked
}

// IntroOrg is one of the two of a pair, or who could introduce them.
type IntroOrg struct{ ID, Name, Path, Role, Town string }

// IntroReason is a reason in words, with how much it counts and what shows it.
type IntroReason struct {
	Label, Text string
	Refs        []string
	Percent     int // of the largest reason of the list, for a bar
}

// IntroCard is a pair that is suggested.
type IntroCard struct {
	N            int
	A, B         IntroOrg
	Via          *IntroOrg
	For, Against []IntroReason
	Version      int64
	Before       string // what was said of it earlier
	PathCheck    string // how they are linked now
	Ref          string // of the score
}

// IntroRow is a pair of which people have said something.
type IntroRow struct {
	ledger.Introduction
	Path                string
	Who, DueDay, When   string
	Late                bool
	StateSay, OutcomeIs string
}

// introAsk is what the address of the page asks for.
type introAsk struct {
	Org, Area, Theme, Sector string
	N                        int
}

const (
	introShown   = 15
	longFinding  = 70  // characters of a heading
	themeHints   = 60  // themes that a form suggests while somebody types
	introMost    = 100 // cards of a page
	introCSVMost = 500
	yearOfNo     = 365 * 24 * time.Hour // for so long a declined pair is not suggested at all
)

func introPath(id string) string { return "/introductions/" + url.PathEscape(id) }

func parseIntroAsk(q url.Values) (introAsk, error) {
	a := introAsk{Org: strings.TrimSpace(q.Get("org")), Area: q.Get("area"), Theme: strings.TrimSpace(q.Get("theme")), Sector: q.Get("sector"), N: introShown}
	for _, s := range []string{a.Org, a.Theme} {
		if utf8.RuneCountInString(s) > mostWords {
			return a, badRequest("The words to look for are longer than %d characters; fewer find more.", mostWords)
		}
	}
	if n := q.Get("pairs"); n != "" {
		v, err := strconv.Atoi(n)
		if err != nil || v < 1 || v > introMost {
			return a, badRequest("The number of pairs %.20q is not one of 1 to %d; the CSV has more.", n, introMost)
		}
		a.N = v
	}
	return a, nil
}

// key names the question, for what is remembered.
func (a introAsk) key() string {
	return strings.Join([]string{a.Org, a.Area, a.Theme, a.Sector, strconv.Itoa(a.N)}, "\x1f")
}

func (s *Server) introductions(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	ask, err := parseIntroAsk(q)
	if err != nil {
		return err
	}
	p := IntroductionsPage{Base: s.base(r, snap, "Introductions", "/introductions"), Ask: ask, Show: q.Get("show"), CSV: withQuery("/introductions", q, "format", "csv", "said", ""), Empty: snap.Network.Len() == 0,
		Narrowed: ask.Org != "" || ask.Area != "" || ask.Theme != "" || ask.Sector != ""}
	p.Method = "introductions"
	if err := s.introTabs(r, &p); err != nil {
		return err
	}
	if p.Show != "" {
		return s.ledgerList(w, r, snap, p)
	}
	if p.Ask.Org != "" {
		if err := p.chooseOrg(r, snap); err != nil {
			return err
		}
	}
	if err := p.choices(r, snap); err != nil {
		return err
	}
	p.Finding, p.Lede = "Introductions", "Which organisations that are not tied should meet, and why."
	if p.Empty || len(p.Which) > 0 || p.NoOrg != "" {
		return s.render(w, r, "introductions", p)
	}
	if wantsCSV(r) {
		p.Ask.N = introCSVMost
	}
	list, all, ok, err := s.rankPairs(r, snap, p.Ask)
	if err != nil {
		return err
	}
	if !ok {
		p.Waiting = true
		return s.render(w, r, "introductions", p)
	}
	if wantsCSV(r) {
		return writeCSV(w, "introductions", introHeader, introTable(snap, list))
	}
	p.cards(snap, list, all)
	if err := s.works(r, &p, list); err != nil {
		return err
	}
	return s.render(w, r, "introductions", p)
}

// introTabs are the lists for those who may see who does what.
func (s *Server) introTabs(r *http.Request, p *IntroductionsPage) error {
	b, ok := s.readsLedger(r)
	if !ok {
		if p.Show != "" {
			return &auth.DeniedError{Action: auth.ReadDecisions, Least: auth.Reader}
		}
		return nil
	}
	all, err := b.All(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	n := map[string]int{}
	for _, i := range all {
		n[string(i.State)]++
		if i.AssignedTo == actorOf(r).PersonID {
			n["mine"]++
		}
	}
	p.Tabs = []Choice{{Label: "Suggested", Path: "/introductions", Current: p.Show == ""}}
	for _, t := range []Choice{{Value: string(ledger.Accepted), Label: "Accepted"}, {Value: "mine", Label: "Given to me"}, {Value: string(ledger.PutOff), Label: "Not now"}, {Value: string(ledger.Declined), Label: "Declined"},
		{Value: string(ledger.Suggested), Label: "Taken back"}} {
		t.Path, t.Current, t.N = "/introductions?show="+t.Value, p.Show == t.Value, n[t.Value]
		p.Tabs = append(p.Tabs, t)
	}
	if !slices.ContainsFunc(p.Tabs, func(c Choice) bool { return c.Current }) {
		return badRequest("There is no list %.40q of introductions; there are accepted, mine, put_off, declined and suggested.", p.Show)
	}
	return nil
}

// chooseOrg finds the organisation that the words of the box mean: an id, a name, or what a search finds.
func (p *IntroductionsPage) chooseOrg(r *http.Request, snap *live.Snapshot) error {
	id, which, err := whichOrg(r.Context(), snap, p.Ask.Org)
	if err != nil {
		return err
	}
	if id == "" {
		for _, c := range which {
			p.Which = append(p.Which, Choice{Label: c.Label, Path: withQuery("/introductions", r.URL.Query(), "org", c.Value, "said", "")})
		}
		if len(which) == 0 {
			p.NoOrg = fmt.Sprintf("No organisation is found by the words %q. Try fewer letters, or the number of the company.", p.Ask.Org)
		}
		return nil
	}
	p.Ask.Org = id
	v, ok := snap.Network.Find(id)
	if !ok {
		p.NoOrg = "No tie, meeting, need or offer of this organisation is on record, so there is nothing to judge a pair by. Add one to the tables and build again."
		return nil
	}
	p.OrgName = snap.Network.Node(v).Name
	return nil
}

// choices are what the form offers.
func (p *IntroductionsPage) choices(r *http.Request, snap *live.Snapshot) error {
	areas, err := live.Remember(&snap.Cache, "list/areas", func() ([]ChoiceGroup, error) { return areaChoices(r.Context(), snap) })
	if err != nil {
		return err
	}
	p.Areas = currentArea(areas, p.Ask.Area)
	for _, sec := range snap.Network.Sectors() {
		p.Sectors = append(p.Sectors, Choice{Value: sec.ID, Label: sec.Name, Current: sec.ID == p.Ask.Sector})
	}
	p.Themes, err = live.Remember(&snap.Cache, "introductions/themes", func() ([]string, error) { return commonThemes(snap.Network, themeHints), nil })
	return err
}

// cards puts the ranking into words.
func (p *IntroductionsPage) cards(snap *live.Snapshot, list introduce.List, all map[[2]string]ledger.Introduction) {
	largest := 0.0
	for _, pair := range list.Pairs {
		for _, x := range slices.Concat(pair.For, pair.Against) {
			largest = max(largest, x.Points)
		}
	}
	for i, pair := range list.Pairs {
		c := IntroCard{N: i + 1, A: introOrg(snap.Network, pair.A), B: introOrg(snap.Network, pair.B), For: introReasons(pair.For, largest), Against: introReasons(pair.Against, largest)}
		c.Ref = introduce.Ref(c.A.ID, c.B.ID)
		c.PathCheck = pathCheck(c.A.ID, c.B.ID)
		if pair.Via >= 0 {
			via := introOrg(snap.Network, pair.Via)
			c.Via = &via
		}
		if said, ok := all[pairOf(c.A.ID, c.B.ID)]; ok {
			c.Version = said.Version
			c.Before = said.State.Label() + " before"
		}
		p.Cards = append(p.Cards, c)
	}
	p.Away = len(all)
	var out []string
	for _, l := range list.LeftOut {
		out = append(out, chart.Number(float64(l.N), 0)+" "+l.Why)
	}
	p.LeftOut = andList(out)
	p.find(list.Scored)
	if len(p.Cards) == p.Ask.N && p.Ask.N < introMost {
		v := url.Values{}
		for name, value := range map[string]string{"org": p.Ask.Org, "area": p.Ask.Area, "theme": p.Ask.Theme, "sector": p.Ask.Sector} {
			if value != "" {
				v.Set(name, value)
			}
		}
		v.Set("pairs", strconv.Itoa(introMost))
		p.More = "/introductions?" + v.Encode()
	}
}

// find says what the list says.
func (p *IntroductionsPage) find(scored int) {
	looked := ""
	if scored > 0 {
		looked = " " + counted(scored, "pair was", "pairs were") + " weighed in full."
	}
	const meaning = "No tie between the two is on record, which does not mean that they do not know each other."
	switch {
	case len(p.Cards) == 0:
		p.Finding, p.Lede = "Nothing is suggested here", "No two organisations of this choice are without a tie and have a reason to meet on record."+looked
	case p.OrgName != "":
		p.Finding = fmt.Sprintf("%s should meet %s first", p.OrgName, p.Cards[0].B.Name)
		if utf8.RuneCountInString(p.Finding) > longFinding {
			p.Finding = "Introductions for " + p.OrgName
		}
		p.Lede = counted(len(p.Cards), "partner", "partners") + " that it has no tie with, ranked by reasons on record. " + meaning + looked
	default:
		p.Finding = fmt.Sprintf("%s and %s should meet first", p.Cards[0].A.Name, p.Cards[0].B.Name)
		if utf8.RuneCountInString(p.Finding) > longFinding {
			p.Finding = counted(len(p.Cards), "introduction is", "introductions are") + " worth making"
		}
		p.Lede = counted(len(p.Cards), "pair", "pairs") + " without a tie, ranked by reasons on record. " + meaning + looked
	}
}

func introOrg(b *network.Book, v int) IntroOrg {
	n := b.Node(v)
	return IntroOrg{n.ID, n.Name, orgPath(n.ID), n.Role, n.Town}
}

// mostRefs is how many sources stand beside one reason.
const mostRefs = 3

func introReasons(list []introduce.Reason, largest float64) []IntroReason {
	var out []IntroReason
	for _, x := range list {
		kind, _ := introduce.KindOf(x.Key)
		v := IntroReason{Label: kind.Label, Text: capital(x.Text), Refs: x.Refs[:min(len(x.Refs), mostRefs)]}
		if largest > 0 {
			v.Percent = int(100*x.Points/largest + 0.5)
		}
		out = append(out, v)
	}
	return out
}
