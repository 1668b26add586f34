package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/org"
)

// NetFilter is the filter of the network's pages: what is asked for, and what could be.
type NetFilter struct {
	Path                                 string // of the page that the form asks
	Areas                                []ChoiceGroup
	AreaName                             string // of an area that the list does not have
	AreaRef                              string
	Both                                 bool
	Roles, Kinds, Sectors, Families      []Box
	Strength                             string
	From, To                             string
	First, Last                          int // years that ties name
	NoUndated                            bool
	Open                                 bool
	Hidden                               url.Values // the filter, for other forms of the page
	Kept                                 []Choice   // other settings of the page
	On                                   bool
	Says                                 string // the filter in words
	Whole                                string // address of the page without it
	Organisations, Pairs, Undated, Alone int
}

// netAsk is a filter that an address asks for.
type netAsk struct {
	filter network.Filter
	area   foundArea
	key    string // of the filter, for what is remembered
}

// netKept are settings of the pages that stay when the filter changes, in their order in the form.
var netKept = []string{"a", "b", "by", "colour", "lines", "org", "set", "since", "size", "sort", "steps", "view"}

// askNetwork reads the filter of an address.
func (s *Server) askNetwork(r *http.Request, snap *live.Snapshot) (netAsk, error) {
	return s.askFilter(r, snap, r.URL.Query())
}

func (s *Server) askFilter(r *http.Request, snap *live.Snapshot, q url.Values) (netAsk, error) {
	var ask netAsk
	var err error
	if ask.filter, err = network.ParseFilter(q); err != nil {
		return ask, badRequest("%s.", capital(err.Error()))
	}
	if err := known(snap.Network, ask.filter); err != nil {
		return ask, err
	}
	if ask.filter.Area != "" {
		if ask.area, err = s.findArea(r, snap, ask.filter.Area); err != nil {
			return ask, err
		}
		ask.filter = ask.filter.In(ask.area.explained(), ask.area.Geometry)
	}
	ask.key = ask.filter.Key()
	return ask, nil
}

// known refuses roles, kinds and sectors that the network does not have.
func known(b *network.Book, f network.Filter) error {
	for _, k := range f.Kinds {
		if !slices.ContainsFunc(b.Kinds(), func(have network.Kind) bool { return have.Key == k }) {
			return badRequest("There is no kind of tie %.40q; the filter lists them.", k)
		}
	}
	for _, id := range f.Sectors {
		if !slices.ContainsFunc(b.Sectors(), func(have network.Named) bool { return have.ID == id }) {
			return badRequest("There is no sector %.40q in this release; the page Sectors lists them.", id)
		}
	}
	for _, role := range f.Roles {
		if role != org.RoleOther && !slices.ContainsFunc(org.Roles, func(have org.Role) bool { return have.Key == role }) {
			return badRequest("There is no role %.40q; the filter lists them.", role)
		}
	}
	return nil
}

// values are the settings of the filter in an address.
func (a netAsk) values() url.Values { return a.filter.Values() }

// with is the address of a path with the filter and more settings; empty ones are left out.
func (a netAsk) with(path string, pairs ...string) string {
	v := a.values()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// netForm fills the form of the filter for a view.
func (s *Server) netForm(r *http.Request, snap *live.Snapshot, ask netAsk, v *netView) (NetFilter, error) {
	b, f := snap.Network, ask.filter
	form := NetFilter{Path: r.URL.Path, Both: f.Both, Strength: f.Strength, From: yearOr(f.From), To: yearOr(f.To), On: ask.key != "", NoUndated: f.Dated, Hidden: ask.values(), Whole: r.URL.Path, AreaRef: f.Area}
	form.First, form.Last = b.Years()
	form.Organisations, form.Pairs, form.Undated, form.Alone = len(v.Nodes), len(v.Pairs), v.Undated, v.Alone
	counts, err := live.Remember(&snap.Cache, "network/counts", func() (netCounts, error) { return countNetwork(b), nil })
	if err != nil {
		return form, err
	}
	form.Roles, form.Kinds, form.Sectors, form.Families = counts.boxes(b, f)
	groups, err := live.Remember(&snap.Cache, "list/areas", func() ([]ChoiceGroup, error) { return areaChoices(r.Context(), snap) })
	if err != nil {
		return form, err
	}
	found := f.Area == ""
	for _, g := range groups {
		own := ChoiceGroup{Label: g.Label, Choices: slices.Clone(g.Choices)}
		for i := range own.Choices {
			own.Choices[i].Current = own.Choices[i].Value == f.Area
			found = found || own.Choices[i].Current
		}
		form.Areas = append(form.Areas, own)
	}
	if !found {
		form.AreaName = ask.area.Name
	}
	for _, name := range netKept {
		if value := r.URL.Query().Get(name); value != "" {
			form.Kept = append(form.Kept, Choice{Label: name, Value: value})
		}
	}
	kept := url.Values{}
	for _, k := range form.Kept {
		kept.Set(k.Label, k.Value)
	}
	if len(kept) > 0 {
		form.Whole += "?" + kept.Encode()
	}
	form.Says = ask.says(b)
	return form, nil
}

func yearOr(y int) string {
	if y == 0 {
		return ""
	}
	return strconv.Itoa(y)
}

// netCounts are how many organisations and links the whole network has of each.
type netCounts struct {
	roles, sectors map[string]int
	kinds          []int
}

func countNetwork(b *network.Book) netCounts {
	c := netCounts{roles: map[string]int{}, sectors: map[string]int{}, kinds: make([]int, len(b.Kinds()))}
	tied := make([]bool, b.Len())
	for _, l := range b.Links() {
		c.kinds[l.Kind]++
		tied[l.A], tied[l.B] = true, true
	}
	for v := range b.Len() {
		if !tied[v] {
			continue
		}
		n := b.Node(v)
		c.roles[n.Role]++
		for i, sec := range b.Sectors() {
			if n.Sectors>>i&1 == 1 {
				c.sectors[sec.ID]++
			}
		}
	}
	return c
}

// familyLabels are what families of kinds are called.
var familyLabels = []Choice{{Value: network.FamilyTie, Label: "Ties"}, {Value: network.FamilyMet, Label: "Met at an event"}, {Value: network.FamilyNamed, Label: "Named as trusted"}}

func (c netCounts) boxes(b *network.Book, f network.Filter) (roles, kinds, sectors, families []Box) {
	for _, role := range append(slices.Clone(org.Roles), org.Role{Key: org.RoleOther, Label: "Not known"}) {
		if n := c.roles[role.Key]; n > 0 {
			roles = append(roles, Box{role.Key, role.Label, n, slices.Contains(f.Roles, role.Key)})
		}
	}
	of := map[string]int{}
	for i, k := range b.Kinds() {
		of[k.Family] += c.kinds[i]
		if c.kinds[i] > 0 {
			kinds = append(kinds, Box{k.Key, k.Label, c.kinds[i], slices.Contains(f.Kinds, k.Key)})
		}
	}
	for _, sec := range b.Sectors() {
		if n := c.sectors[sec.ID]; n > 0 {
			sectors = append(sectors, Box{sec.ID, sec.Name, n, slices.Contains(f.Sectors, sec.ID)})
		}
	}
	for _, fam := range familyLabels {
		on := slices.Contains(f.Families, fam.Value) || len(f.Families) == 0 && fam.Value == network.FamilyTie
		if n := of[fam.Value]; n > 0 {
			families = append(families, Box{fam.Value, fam.Label, n, on})
		}
	}
	if len(families) == 1 {
		families = nil
	}
	return roles, kinds, sectors, families
}

// says writes the filter in words; "" for the whole network.
func (a netAsk) says(b *network.Book) string {
	f := a.filter
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if f.Area != "" {
		add("%s in %s", map[bool]string{true: "both ends", false: "one end or both"}[f.Both], a.area.Name)
	}
	if len(f.Roles) > 0 {
		var l []string
		for _, role := range f.Roles {
			l = append(l, lowerFirst(org.RoleLabel(role)))
		}
		add("between %s", andList(l))
	}
	if len(f.Sectors) > 0 {
		var l []string
		for _, sec := range b.Sectors() {
			if slices.Contains(f.Sectors, sec.ID) {
				l = append(l, sec.Name)
			}
		}
		add("%s in %s", map[bool]string{true: "both ends", false: "one end or both"}[f.Both], strings.Join(l, " or "))
	}
	if len(f.Kinds) > 0 {
		var l []string
		for _, k := range f.Kinds {
			l = append(l, lowerFirst(network.KindOf(k).Label))
		}
		add("%s", strings.Join(l, " or "))
	}
	if f.Strength != "" {
		add("%s ties", f.Strength)
	}
	switch {
	case f.From != 0 && f.To != 0:
		add("%d to %d", f.From, f.To)
	case f.From != 0:
		add("from %d", f.From)
	case f.To != 0:
		add("up to %d", f.To)
	}
	if f.Dated {
		add("only ties with a year")
	}
	for _, fam := range familyLabels {
		if slices.Contains(f.Families, fam.Value) {
			add("%s", lowerFirst(fam.Label))
		}
	}
	return strings.Join(parts, "; ")
}

// NetTab is a link to another page of the network.
type NetTab struct {
	Label, Path string
	Current     bool
}

// netTabs are the pages of the network, with the filter in force where it means the same there.
func netTabs(ask netAsk, here string) []NetTab {
	var out []NetTab
	for _, t := range []NetTab{{Label: "Picture", Path: "/network"}, {Label: "Who matters", Path: "/network/brokers"}, {Label: "Who is tied to whom", Path: "/network/coverage"},
		{Label: "Over time", Path: "/network/time"}, {Label: "Path between two", Path: "/network/path"}, {Label: "Expected ties", Path: "/network/model"}, {Label: "Take away", Path: "/network/export"}} {
		t.Current = t.Path == here
		if t.Path != "/network/model" {
			t.Path = ask.with(t.Path)
		}
		out = append(out, t)
	}
	return out
}
