package facts

import (
	"context"
	"errors"
	"slices"
	"strings"

	"milieu/internal/cluster"
	"milieu/internal/report"
	"milieu/internal/sector"
)

// openSector is the quotient or the jobs of a sector, as far as the industries of the table of jobs tell: those that lie wholly in the
// sector are added; those that lie in it in part, and what the sector takes by words, are not in the figure, which says so. Names are
// those of the industries of the area, for what is neither.
func (f *Facts) openSector(ctx context.Context, w []string, p cluster.Profile, names []string) (report.Figure, error) {
	s, err := sector.Find(ctx, f.s.Q, w[1])
	if errors.Is(err, sector.ErrNotFound) {
		if near := nearest(w[1], names, 3); len(near) > 0 {
			return report.Figure{}, none("“%s”: %s has no industry %q: did you mean %s?", source(w), p.Area, w[1], strings.Join(near, ", or "))
		}
		return report.Figure{}, none("“%s”: %s has no industry and the release no sector %q", source(w), p.Area, w[1])
	}
	if err != nil {
		return report.Figure{}, err
	}
	whole, part := industriesOf(s.Definition, p)
	one, ok := p.Together(whole)
	if !ok {
		return report.Figure{}, none("“%s”: no industry of the table of jobs lies wholly in the sector %s, which is defined by finer codes or by words: name an industry, such as %s", source(w), s.Name, strings.Join(names[:min(2, len(names))], " or "))
	}
	note := "of the industries that lie wholly in the sector: " + strings.Join(whole, ", ")
	if len(part) > 0 {
		note += "; without those that lie in it in part: " + strings.Join(part, ", ")
	}
	fig := Jobs(one)
	if w[0] == "lq" {
		if !one.Quotient.Defined {
			return fig, none("“%s”: the reference area has no jobs in it, so there is no quotient", source(w))
		}
		fig = Quotient(one)
	}
	fig.Note = note
	return fig, nil
}

// industriesOf parts the industries of a profile that have to do with a sector into those that lie wholly in it by their codes, and those
// of which a part does.
func industriesOf(d sector.Definition, p cluster.Profile) (whole, part []string) {
	for _, i := range p.Industries {
		code := onlyDigits(i.Code)
		if code == "" {
			continue
		}
		switch in, some := covers(d.Include, code, true); {
		case in && !touches(d.Exclude, code):
			whole = append(whole, i.Code)
		case in || some:
			part = append(part, i.Code)
		}
	}
	return whole, part
}

// covers says whether rules by codes alone take the whole of a code, or a part of it.
func covers(rules []sector.Rule, code string, alone bool) (whole, some bool) {
	for _, r := range rules {
		if alone && len(r.Words) > 0 {
			continue
		}
		for _, c := range r.Codes {
			c = onlyDigits(c)
			switch {
			case c == "":
			case strings.HasPrefix(code, c):
				whole = true
			case strings.HasPrefix(c, code):
				some = true
			}
		}
	}
	return whole, some
}

func touches(rules []sector.Rule, code string) bool {
	return slices.ContainsFunc(rules, func(r sector.Rule) bool {
		if len(r.Words) > 0 {
			return false // those are firms of other trades that the register files under the code
		}
		whole, some := covers([]sector.Rule{r}, code, true)
		return whole || some
	})
}

// onlyDigits is a code without dots and letters: 25.4 is 254, a section is nothing.
func onlyDigits(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, code)
}
