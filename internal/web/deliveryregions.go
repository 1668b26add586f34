package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/delivery"
)

// followedRegions are the regions that an address asks for: those of the workspace where it says none, all where it says
// so with nothing behind.
func followedRegions(r *http.Request, snap *live.Snapshot, all []portfolio.Intervention) ([]string, error) {
	q := r.URL.Query()
	if !q.Has("regions") {
		return askNow(snap, all).Regions, nil
	}
	asked := listed(q, "regions")
	if v, ok := stranger(asked, asked, portfolio.Values(all, region)); ok {
		return nil, badRequest("No intervention has the region %.60q.", v)
	}
	return asked, nil
}

// choose offers the regions: those of the workspace first, then each, then all.
func (p *DeliveryPage) choose(shown, own []string, all []portfolio.Intervention) {
	p.regions = strings.Join(shown, ",")
	add := func(value, label string) {
		p.Regions = append(p.Regions, Choice{Value: value, Label: label, Current: value == p.regions})
	}
	if len(own) > 0 {
		add(strings.Join(own, ","), "of this workspace: "+regionWords(own))
	}
	for _, v := range portfolio.Values(all, region) {
		if len(own) != 1 || own[0] != v {
			add(v, sentence(words(v)))
		}
	}
	add("", "all")
	if !slices.ContainsFunc(p.Regions, func(c Choice) bool { return c.Current }) {
		add(p.regions, regionWords(shown))
	}
}

func regionWords(list []string) string {
	var out []string
	for _, v := range list {
		out = append(out, words(v))
	}
	return strings.Join(out, ", ")
}

// path is the address of the page with the regions that are shown, and one setting more.
func (p *DeliveryPage) path(key, value string) string {
	q := url.Values{"regions": {p.regions}}
	if key != "" {
		q.Set(key, value)
	}
	return "/delivery?" + q.Encode()
}

// placesWords says of which places the sums are.
func placesWords(rep delivery.Report, others int) string {
	switch {
	case len(rep.Regions) == 0:
		return "Sums are over all places of the register, those for comparison included."
	case others == 0:
		return fmt.Sprintf("Shown: %s; none elsewhere is followed.", regionWords(rep.Regions))
	}
	return fmt.Sprintf("Shown: %s; %s elsewhere %s not in these sums.", regionWords(rep.Regions), counted(others, "intervention", "interventions"), map[bool]string{true: "is", false: "are"}[others == 1])
}
