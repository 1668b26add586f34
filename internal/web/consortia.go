package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/consortium"
	"milieu/internal/network/introduce"
	"milieu/internal/network/ledger"
)

// ConsortiaPage lists the consortia that are kept, takes a call, and proposes partners for it.
type ConsortiaPage struct {
	Base
	Finding  string
	Lede     string
	Saved    []SavedRow
	Deleted  []SavedRow
	Form     callForm
	Asked    bool // a call is in the address
	Sets     []PartnerSet
	Compared []ComparedRow // the sets side by side
	Gaps     []GapView
	Proved   string
	Swap     *SwapView
	CSV      string
	TOML     string  // the call as text
	Example  *Choice // a call to begin with
	Empty    bool
	Waiting  bool // sets are being looked for
	MayKeep  bool
}

// SavedRow is a consortium that is kept.
type SavedRow struct {
	ledger.Consortium
	Path, When, Who string
	N               int
}

const (
	needRows     = 8    // requirements of the form
	mostCallText = 8000 // bytes of a call in an address
	swapRows     = 15
)

// consortiumFacts is what sets are made from, once a release: call it where slow work is done.
func (s *Server) consortiumFacts(ctx context.Context, r *http.Request, snap *live.Snapshot) (consortium.Facts, error) {
	f, err := live.Remember(&snap.Cache, "consortia/facts", func() (consortium.Facts, error) {
		closed, err := introduce.ReadClosed(ctx, snap.DB)
		if err != nil {
			return consortium.Facts{}, err
		}
		return consortium.FromBook(snap.Network, nil, closed), nil
	})
	f.Place = func(ref string) (func(lon, lat float64) bool, error) {
		a, err := s.findArea(r.WithContext(ctx), snap, ref)
		if err != nil {
			return nil, err
		}
		return network.Filter{}.In(a.Ref, a.Geometry).Within, nil
	}
	return f, err
}

// judgedSet is a set that people made, with what a swap would do.
type judgedSet struct {
	set  consortium.Proposal
	gaps []consortium.Gap
	swap []consortium.Alternative
}

// judge judges a set by a call, and what others would do in the place of out; with swap and out "" as one more.
func (s *Server) judge(r *http.Request, snap *live.Snapshot, call consortium.Call, with []string, swap bool, out string) (judgedSet, bool, error) {
	if swap && out != "" && !slices.Contains(with, out) {
		return judgedSet{}, false, badRequest("The partner %.60q is not in the set.", out)
	}
	key := strings.Join([]string{"consortia/judge", string(call.TOML()), strings.Join(with, "\n"), strconv.FormatBool(swap), out}, "\x1f")
	return later(r.Context(), snap, key, func(ctx context.Context) (j judgedSet, err error) {
		facts, err := s.consortiumFacts(ctx, r, snap)
		if err != nil {
			return j, err
		}
		if j.set, j.gaps, err = consortium.Judge(facts, call, with); err == nil && swap {
			j.swap, err = consortium.Swap(ctx, facts, call, with, out)
		}
		return j, callFault(err)
	})
}

func (s *Server) consortia(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	call, asked, err := readCall(q)
	if err == nil {
		err = nameCall(r.Context(), snap, &call)
	}
	if err == nil {
		err = s.findAreas(r, snap, call)
	}
	p := ConsortiaPage{Base: s.base(r, snap, "Consortia", "/consortia"), Asked: asked, Empty: snap.Network.Len() == 0}
	p.Method = "consortium"
	p.Finding, p.Lede = "Consortia", "Say what a call requires, and get sets of partners that cover it with the fewest new ties to make."
	if err != nil {
		return err
	}
	p.MayKeep = p.Who.Decides
	if err := s.savedConsortia(r, &p); err != nil {
		return err
	}
	if p.Form, err = callFields(r, snap, call); err != nil {
		return err
	}
	if !asked {
		p.Example = exampleCall(p.Form)
	}
	if !asked || p.Empty {
		if wantsCSV(r) {
			return writeCSV(w, "consortia", consortiumHeader, nil)
		}
		return s.render(w, r, "consortia", p)
	}
	p.TOML = string(call.TOML())
	if with := partners(q); len(with) > 0 {
		return s.judgeSet(w, r, snap, p, call, with)
	}
	return s.proposeSets(w, r, snap, p, call)
}

// partners are the ids of a set in an address or form: several values, or one a line.
func partners(v url.Values) []string {
	var out []string
	for _, s := range v["with"] {
		for _, id := range strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }) {
			if id = strings.TrimSpace(id); id != "" && !slices.Contains(out, id) && len(out) < ledger.MostMembers {
				out = append(out, id)
			}
		}
	}
	return out
}

// proposeSets shows the sets that are proposed for a call, side by side.
func (s *Server) proposeSets(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, p ConsortiaPage, call consortium.Call) error {
	answer, ok, err := later(r.Context(), snap, "consortia/propose/"+p.TOML, func(ctx context.Context) (consortium.Answer, error) {
		facts, err := s.consortiumFacts(ctx, r, snap)
		if err != nil {
			return consortium.Answer{}, err
		}
		answer, err := consortium.Propose(ctx, facts, call, consortium.Options{})
		return answer, callFault(err)
	})
	if err != nil {
		return err
	}
	if !ok {
		p.Waiting = true
		return s.render(w, r, "consortia", p)
	}
	columns := requirements(answer.Proposals...)
	for i, x := range answer.Proposals {
		p.Sets = append(p.Sets, partnerSet(snap.Network, fmt.Sprintf("Proposal %d", i+1), call, x, p.TOML, columns))
	}
	if wantsCSV(r) {
		return setsCSV(w, p.Sets)
	}
	p.Compared, p.Gaps = sideBySide(p.Sets), gapViews(answer.Gaps)
	p.CSV = withQuery("/consortia", r.URL.Query(), "format", "csv", "said", "")
	p.say(answer)
	return s.render(w, r, "consortia", p)
}

func (p *ConsortiaPage) say(a consortium.Answer) {
	switch {
	case len(a.Proposals) == 0:
		p.Finding, p.Lede = "No set of partners covers this call", "The gaps below say which requirement nobody on record meets, and who comes near."
		return
	case len(p.Gaps) > 0:
		p.Finding = "No set covers all of it"
	case a.Proposals[0].NewTies == 0:
		p.Finding = fmt.Sprintf("%s cover it, and no new tie is needed", partnersSay(len(a.Proposals[0].Members)))
	default:
		p.Finding = fmt.Sprintf("%s cover it with %s to make", partnersSay(len(a.Proposals[0].Members)), counted(a.Proposals[0].NewTies, "new tie", "new ties"))
	}
	p.Lede = fmt.Sprintf("%s meet some requirement. No tie on record between two does not mean that they do not know each other.", counted(a.Candidates, "organisation", "organisations"))
	if a.RuleUnknown > 0 {
		p.Lede += fmt.Sprintf(" %s left out because their place or size is not known.", counted(a.RuleUnknown, "was", "were"))
	}
	if a.Exact && a.Lower == 0 {
		return
	}
	if a.Exact {
		p.Proved = fmt.Sprintf("It is proved that no set of partners needs fewer than %s.", counted(a.Lower, "new tie", "new ties"))
	} else {
		p.Proved = fmt.Sprintf("The search was ended before it was complete: a set with fewer new ties than shown may exist, but none with fewer than %d.", a.Lower)
	}
}

func partnersSay(n int) string { return capital(counted(n, "partner", "partners")) }

// callFault says what of a call cannot be answered.
func callFault(err error) error {
	if err == nil {
		return nil
	}
	var said statusError
	if errors.As(err, &said) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, live.ErrBusy) {
		return err
	}
	return badRequest("%s.", capital(strings.TrimSuffix(err.Error(), ".")))
}

// judgeSet shows a set that people made, judged like a proposal, and what a swap would do.
func (s *Server) judgeSet(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, p ConsortiaPage, call consortium.Call, with []string) error {
	q := r.URL.Query()
	j, ok, err := s.judge(r, snap, call, with, q.Has("swap"), q.Get("swap"))
	if err != nil {
		return err
	}
	if !ok {
		p.Waiting = true
		return s.render(w, r, "consortia", p)
	}
	p.Sets, p.Gaps = []PartnerSet{partnerSet(snap.Network, "Your set", call, j.set, p.TOML, requirements(j.set))}, gapViews(j.gaps)
	if wantsCSV(r) {
		return setsCSV(w, p.Sets)
	}
	p.CSV = withQuery("/consortia", q, "format", "csv", "said", "", "swap", "")
	p.Finding = judgedWords(j.set, j.gaps)
	p.Lede = "A what-if: nothing is kept until somebody of the team keeps it."
	if q.Has("swap") {
		p.Swap = swapView(j, q.Get("swap"), p.TOML)
	}
	return s.render(w, r, "consortia", p)
}

func judgedWords(x consortium.Proposal, gaps []consortium.Gap) string {
	n := partnersSay(len(x.Members))
	switch {
	case len(gaps) > 0:
		return fmt.Sprintf("%s leave %s open", n, counted(len(gaps), "requirement", "requirements"))
	case x.NewTies == 0:
		return n + " cover it, and no new tie is needed"
	}
	return fmt.Sprintf("%s cover it with %s to make", n, counted(x.NewTies, "new tie", "new ties"))
}
