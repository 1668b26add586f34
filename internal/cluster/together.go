package cluster

import (
	"strings"

	"milieu/internal/stat"
)

// Joint stands between the codes of several industries that are looked at together, as in lq/AREA/20+21/YEAR.
const Joint = "+"

// Together is several industries of the profile as one, called by their codes; false where the area has none of one of them, or
// none are named. Bounds of sums are sums of bounds, which is conservative.
func (p Profile) Together(codes []string) (Industry, bool) {
	var out Industry
	for _, code := range codes {
		found := false
		for _, i := range p.Industries {
			if i.Code != code {
				continue
			}
			if found = true; out.Ref == "" {
				out.Record, out.Ref = i.Record, strings.Replace(i.Ref, "/"+code+"/", "/"+strings.Join(codes, Joint)+"/", 1)
			}
			out.Jobs, out.Wider = add(out.Jobs, i.Jobs), add(out.Wider, i.Wider)
		}
		if !found {
			return Industry{}, false
		}
	}
	out.Code = strings.Join(codes, Joint)
	out.Name = "Industries " + strings.Join(codes, ", ")
	out.Quotient = stat.LocationQuotient(out.Jobs, p.Total, out.Wider, p.Wider)
	return out, len(codes) > 0
}

func add(a, b stat.Estimate) stat.Estimate {
	return stat.Estimate{Value: a.Value + b.Value, Lo: a.Lo + b.Lo, Hi: a.Hi + b.Hi}
}

// pick are the cells of an industry, or of several that are joined, of the area and of the reference; missing is a code that the area
// does not have.
func (t table) pick(code string) (own, wider []cell, missing string) {
	for _, c := range strings.Split(code, Joint) {
		if len(t.own[c]) == 0 {
			return nil, nil, c
		}
		own, wider = append(own, t.own[c]...), append(wider, t.wider[c]...)
	}
	return own, wider, ""
}
