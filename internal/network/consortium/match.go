package consortium

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"milieu/internal/network/introduce"
)

// truth is what is known of a condition.
type truth int

const (
	no truth = iota
	unknown
	yes
)

// condition is one thing asked of an organisation.
type condition struct {
	name string
	of   func(o *Org) truth
}

// requirement is a need, topic, place or fixed member.
type requirement struct {
	label string
	want  int
	conds []condition
	fixed bool
}

// judge is what an organisation is to a requirement: it meets it when all
// conditions hold, and it may meet it when none fails.
func (r requirement) judge(o *Org) (t truth, lacks, notKnown []string) {
	for _, c := range r.conds {
		switch c.of(o) {
		case no:
			lacks = append(lacks, c.name)
		case unknown:
			notKnown = append(notKnown, c.name)
		}
	}
	switch {
	case len(lacks) > 0:
		return no, lacks, notKnown
	case len(notKnown) > 0:
		return unknown, nil, notKnown
	}
	return yes, nil, nil
}

// problem is a call looked up in the facts.
type problem struct {
	f        *Facts
	reqs     []requirement
	rules    []condition // of every member that is not fixed
	most     int
	join     int  // most members who only join others
	apart    bool // no two members of one group
	fixed    []int32
	members  []int32 // of a set that is judged: their ties count even where the call would not admit them
	excluded map[int32]bool
}

func (f *Facts) find(id string) (int32, bool) {
	i, ok := sort.Find(len(f.Orgs), func(i int) int { return cmp.Compare(id, f.Orgs[i].ID) })
	return int32(i), ok
}

func newProblem(f *Facts, c Call) (*problem, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	p := &problem{f: f, most: c.most(), join: c.connectors(), apart: c.Independent, excluded: map[int32]bool{}}
	for i, n := range c.Needs {
		r := requirement{label: n.label(i), want: n.want()}
		if err := f.need(&r, n); err != nil {
			return nil, fmt.Errorf("%s: %w", r.label, err)
		}
		p.reqs = append(p.reqs, r)
	}
	for _, t := range c.Topics {
		p.reqs = append(p.reqs, requirement{label: "topic " + t, want: 1, conds: []condition{holds([]string{t})}})
	}
	for _, s := range c.Places {
		at, err := f.in(s)
		if err != nil {
			return nil, err
		}
		p.reqs = append(p.reqs, requirement{label: "place " + s, want: 1, conds: []condition{at}})
	}
	if c.Within != "" {
		at, err := f.in(c.Within)
		if err != nil {
			return nil, err
		}
		p.rules = append(p.rules, at)
	}
	if c.MinEmployees > 0 || c.MaxEmployees > 0 {
		p.rules = append(p.rules, sized(c.MinEmployees, c.MaxEmployees))
	}
	return p, p.people(c)
}

// people looks fixed and excluded members up.
func (p *problem) people(c Call) error {
	for _, id := range c.Fixed {
		v, ok := p.f.find(id)
		if !ok {
			return fmt.Errorf("fixed: no organisation %q is in the network", id)
		}
		if slices.Contains(p.fixed, v) {
			continue
		}
		p.fixed = append(p.fixed, v)
		o := p.f.Orgs[v]
		p.reqs = append(p.reqs, requirement{label: o.Name, want: 1, fixed: true, conds: []condition{{"is " + o.Name, func(q *Org) truth { return truthOf(q.ID == o.ID) }}}})
	}
	for _, id := range c.Excluded {
		v, ok := p.f.find(id)
		if !ok {
			return fmt.Errorf("excluded: no organisation %q is in the network", id)
		}
		p.excluded[v] = true
	}
	return nil
}

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// need makes the conditions of a need.
func (f *Facts) need(r *requirement, n Need) error {
	if n.Role != "" {
		r.conds = append(r.conds, condition{"role " + n.Role, func(o *Org) truth {
			if o.Role == "" && len(o.Roles) == 0 {
				return unknown
			}
			return truthOf(o.Role == n.Role || slices.Contains(o.Roles, n.Role))
		}})
	}
	if n.Sector != "" {
		c, err := f.sector(n.Sector)
		if err != nil {
			return err
		}
		r.conds = append(r.conds, c)
	}
	if len(n.Themes) > 0 {
		r.conds = append(r.conds, holds(n.Themes))
	}
	if n.Place != "" {
		c, err := f.in(n.Place)
		if err != nil {
			return err
		}
		r.conds = append(r.conds, c)
	}
	if b, ok := bands[n.Size]; ok {
		c := sized(b.from, b.to)
		c.name = "size " + n.Size
		r.conds = append(r.conds, c)
	}
	if n.MinEmployees > 0 || n.MaxEmployees > 0 {
		r.conds = append(r.conds, sized(n.MinEmployees, n.MaxEmployees))
	}
	return nil
}

// sector is not known of an organisation whose industry is not known, unless it is
// in one by other evidence.
func (f *Facts) sector(id string) (condition, error) {
	i := slices.IndexFunc(f.Sectors, func(s Named) bool { return s.ID == id || strings.EqualFold(s.Name, id) })
	if i < 0 {
		return condition{}, fmt.Errorf("there is no sector %q; see: milieu sectors", id)
	}
	bit := uint32(1) << i
	return condition{"sector " + f.Sectors[i].Name, func(o *Org) truth {
		if o.Sectors == 0 && o.Industry == "" {
			return unknown
		}
		return truthOf(o.Sectors&bit != 0)
	}}, nil
}

func (f *Facts) in(place string) (condition, error) {
	if f.Place == nil {
		return condition{}, fmt.Errorf("place %q: places cannot be looked up here", place)
	}
	at, err := f.Place(place)
	if err != nil {
		return condition{}, fmt.Errorf("place %q: %w", place, err)
	}
	return condition{"in " + place, func(o *Org) truth {
		if !o.Placed {
			return unknown
		}
		return truthOf(at(o.Lon, o.Lat))
	}}, nil
}

func sized(least, most int) condition {
	name := fmt.Sprintf("%d employees or more", least)
	switch {
	case least == 0:
		name = fmt.Sprintf("at most %d employees", most)
	case most > 0:
		name = fmt.Sprintf("%d to %d employees", least, most)
	}
	return condition{name, func(o *Org) truth {
		if o.Employees < 0 {
			return unknown
		}
		return truthOf(o.Employees >= least && (most == 0 || o.Employees <= most))
	}}
}

// holds asks for one of some themes: all words of it within one theme of the
// organisation.
func holds(themes []string) condition {
	var want [][]string
	for _, t := range themes {
		want = append(want, introduce.Words(t))
	}
	known := map[string]bool{} // themes that were looked at
	fits := func(theme string) bool {
		fit, ok := known[theme]
		if !ok {
			words := introduce.Words(theme)
			fit = slices.ContainsFunc(want, func(w []string) bool { return subset(w, words) })
			known[theme] = fit
		}
		return fit
	}
	return condition{"theme " + strings.Join(themes, " or "), func(o *Org) truth {
		if len(o.Themes) == 0 {
			return unknown
		}
		return truthOf(slices.ContainsFunc(o.Themes, fits))
	}}
}

func subset(few, many []string) bool {
	for _, w := range few {
		if !slices.Contains(many, w) {
			return false
		}
	}
	return len(few) > 0
}
