package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
	surveyframe "milieu/internal/survey/frame"
)

// frameAsk is what an address asks of the page on which a frame is chosen.
type frameAsk struct {
	Query      surveyframe.Query
	Anchor     string   // as it was typed
	AnchorName string   // of the organisation that it is
	Which      []Choice // organisations that it may mean
	Given      bool     // the address asks for something
}

// frameFields are the parts of an address that ask for a frame.
var frameFields = []string{"role", "section", "sector", "area", "status", "origin", "min", "max", "anchor", "areas", "strata", "least"}

// usualLeast is how many firms a stratum holds at least where nothing else is said.
const usualLeast = surveyframe.LeastAnonymous

// parseFrame reads the choice of a frame. An address without any asks for firms that are running, by size and, where the workspace
// names its lead, by the distance from it.
func parseFrame(r *http.Request, snap *live.Snapshot, q url.Values) (frameAsk, error) {
	ask := frameAsk{Given: slices.ContainsFunc(frameFields, q.Has)}
	if !ask.Given {
		ask.Query = surveyframe.Query{Role: "firm", Status: surveyframe.Running, Strata: []string{surveyframe.Size}, Least: usualLeast}
		ask.Anchor = snap.WS.Focus.Lead
		return ask, ask.anchor(r, snap)
	}
	ask.Query = surveyframe.Query{Role: q.Get("role"), Section: q.Get("section"), Sector: q.Get("sector"), Status: q.Get("status"), Origin: q.Get("origin"), Areas: q.Get("areas")}
	if a := q.Get("area"); a != "" {
		set, id, ok := strings.Cut(a, "/")
		if !ok {
			return ask, badRequest("Area %.80q is not written as set/id, as in area=ward/E05010857.", a)
		}
		ask.Query.AreaSet, ask.Query.AreaID = set, id
	}
	for _, key := range q["strata"] {
		if key != "" {
			ask.Query.Strata = append(ask.Query.Strata, key)
		}
	}
	for _, n := range []struct {
		name string
		to   *int
	}{{"min", &ask.Query.MinEmployees}, {"max", &ask.Query.MaxEmployees}, {"least", &ask.Query.Least}} {
		text := strings.TrimSpace(q.Get(n.name))
		if text == "" {
			continue
		}
		v, err := strconv.Atoi(text)
		if err != nil || v < 0 || v > 10_000_000 {
			return ask, badRequest("%.20q is no number of firms or employees.", text)
		}
		*n.to = v
	}
	ask.Anchor = strings.TrimSpace(q.Get("anchor"))
	return ask, ask.anchor(r, snap)
}

// anchor finds the organisation from which distance is measured.
func (ask *frameAsk) anchor(r *http.Request, snap *live.Snapshot) error {
	if ask.Anchor == "" {
		return nil
	}
	id, which, err := whichOrg(r.Context(), snap, ask.Anchor)
	if err != nil {
		return err
	}
	if id == "" {
		for _, c := range which {
			c.Path = withQuery(r.URL.Path, r.URL.Query(), "anchor", c.Value, "said", "")
			ask.Which = append(ask.Which, c)
		}
		return nil
	}
	o, err := snap.Orgs.Find(r.Context(), id)
	if err != nil {
		return err
	}
	ask.Query.Anchor, ask.AnchorName = id, o.Name
	return nil
}

// values writes the choice as an address does.
func (ask frameAsk) values() url.Values {
	q, v := ask.Query, url.Values{}
	area := ""
	if q.AreaSet != "" {
		area = q.AreaSet + "/" + q.AreaID
	}
	for _, p := range [][2]string{{"role", q.Role}, {"section", q.Section}, {"sector", q.Sector}, {"area", area}, {"status", q.Status}, {"origin", q.Origin}, {"anchor", q.Anchor}, {"areas", q.Areas}} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	for name, n := range map[string]int{"min": q.MinEmployees, "max": q.MaxEmployees, "least": q.Least} {
		if n > 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	v["strata"] = append([]string{}, q.Strata...)
	if len(q.Strata) == 0 {
		v.Set("strata", "")
	}
	return v
}

// FrameForm is what can be chosen of a frame.
type FrameForm struct {
	Roles, Sections, Sectors, Statuses, Origins []Choice
	AreaGroups                                  []ChoiceGroup
	AreaSets, Strata                            []Choice
	Ask                                         surveyframe.Query
	Anchor                                      string
	Which                                       []Choice
}

// frameForm is what the release offers to choose from.
func frameForm(r *http.Request, snap *live.Snapshot, ask frameAsk) (FrameForm, error) {
	f := FrameForm{Ask: ask.Query, Anchor: orText(ask.AnchorName, ask.Anchor), Which: ask.Which}
	q := ask.Query
	for _, role := range org.Roles {
		f.Roles = append(f.Roles, Choice{Value: role.Key, Label: role.Label, Current: role.Key == q.Role})
	}
	for _, sec := range org.SICSections {
		f.Sections = append(f.Sections, Choice{Value: sec.Letter, Label: sec.Label, Current: sec.Letter == q.Section})
	}
	f.Statuses = []Choice{{Value: surveyframe.Running, Label: "running", Current: q.Status == surveyframe.Running}, {Value: "", Label: "any", Current: q.Status == ""}}
	if q.Status != "" && q.Status != surveyframe.Running {
		f.Statuses = append(f.Statuses, Choice{Value: q.Status, Label: q.Status, Current: true})
	}
	for _, o := range []struct{ value, label string }{{"team", "kept by the team"}, {"register", "from a register"}, {"list", "only named in a list"}} {
		f.Origins = append(f.Origins, Choice{Value: o.value, Label: o.label, Current: q.Origin == o.value})
	}
	var err error
	if f.Sectors, _, err = sectorFilter(r, snap, q.Sector); err != nil {
		return f, err
	}
	groups, err := live.Remember(&snap.Cache, "list/areas", func() ([]ChoiceGroup, error) { return areaChoices(r.Context(), snap) })
	if err != nil {
		return f, err
	}
	chosen := ""
	if q.AreaSet != "" {
		chosen = q.AreaSet + "/" + q.AreaID
	}
	f.AreaGroups = currentArea(groups, chosen)
	sets, err := place.Sets(r.Context(), snap.DB)
	if err != nil {
		return f, err
	}
	for _, set := range sets {
		if set.N > 1 || set.Name == q.Areas {
			f.AreaSets = append(f.AreaSets, Choice{Value: set.Name, Label: set.Label(), N: set.N, Current: set.Name == q.Areas})
		}
	}
	for _, k := range []struct{ key, label string }{{surveyframe.Size, "size"}, {surveyframe.Section, "industry"}, {surveyframe.Area, "area"}, {surveyframe.Distance, "distance"}} {
		f.Strata = append(f.Strata, Choice{Value: k.key, Label: k.label, Current: slices.Contains(q.Strata, k.key)})
	}
	return f, nil
}

// frameWords says in words which firms a query lets pass.
func frameWords(q surveyframe.Query, sectorName, areaName, anchorName string) string {
	what := "organisations"
	if q.Role != "" {
		what = strings.ToLower(org.RoleLabel(q.Role))
	}
	parts := []string{what}
	if q.Status == surveyframe.Running {
		parts[0] = what + " that are running"
	} else if q.Status != "" {
		parts = append(parts, "of status "+q.Status)
	}
	if q.Section != "" {
		parts = append(parts, "of the industry "+org.SectionLabel(q.Section))
	}
	if q.Sector != "" {
		parts = append(parts, "of the sector "+orText(sectorName, q.Sector))
	}
	if q.AreaSet != "" {
		parts = append(parts, "in "+orText(areaName, q.AreaID))
	}
	switch {
	case q.MinEmployees > 0 && q.MaxEmployees > 0:
		parts = append(parts, "with "+strconv.Itoa(q.MinEmployees)+" to "+strconv.Itoa(q.MaxEmployees)+" employees")
	case q.MinEmployees > 0:
		parts = append(parts, "with "+strconv.Itoa(q.MinEmployees)+" employees or more")
	case q.MaxEmployees > 0:
		parts = append(parts, "with "+strconv.Itoa(q.MaxEmployees)+" employees or fewer")
	}
	if q.Origin != "" {
		parts = append(parts, map[string]string{"team": "kept by the team", "register": "from a register", "list": "named in a list only"}[q.Origin])
	}
	text := strings.Join(parts, ", ")
	if anchorName != "" {
		text += "; distances are from " + anchorName
	}
	return capital(text) + "."
}
