package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"milieu/internal/live"
	"milieu/internal/network/consortium"
	"milieu/internal/org"
)

// callForm is the call as the form shows it.
type callForm struct {
	Name, Topics, Places, Within, MostMembers, Fixed, Excluded string
	Needs                                                      []needForm
	Roles, Sizes, Sectors, Areas                               []Choice
	Themes                                                     []string
}

// needForm is one required kind of partner.
type needForm struct {
	N                                        int
	Name, Role, Sector, Place, Size, AtLeast string
	Themes                                   string
}

// readCall takes the call of an address or form: TOML that was pasted, or the fields. False where
// there is none.
func readCall(v url.Values) (consortium.Call, bool, error) {
	text := strings.TrimSpace(v.Get("call"))
	if len(text) > mostCallText {
		return consortium.Call{}, true, badRequest("The call is longer than %d bytes; keep its requirements and leave the rest out.", mostCallText)
	}
	var c consortium.Call
	var err error
	switch {
	case text != "":
		c, err = consortium.ParseCall([]byte(strings.ReplaceAll(text, "\r\n", "\n")))
	case asksCall(v):
		c, err = consortium.FromForm(v)
	default:
		return c, false, nil
	}
	if err == nil {
		err = c.Validate()
	}
	if err != nil {
		return c, true, badRequest("The call cannot be used: %s.", strings.TrimSuffix(err.Error(), "."))
	}
	return c, true, nil
}

// nameCall puts ids where the call names organisations by their names.
func nameCall(ctx context.Context, snap *live.Snapshot, c *consortium.Call) error {
	for _, list := range [][]string{c.Fixed, c.Excluded} {
		for i, text := range list {
			if utf8.RuneCountInString(text) > mostWords {
				return badRequest("The name of an organisation is longer than %d characters.", mostWords)
			}
			id, which, err := whichOrg(ctx, snap, text)
			if err != nil {
				return err
			}
			if id == "" {
				return badRequest("Who is meant by %q is not sure: %s.", text, whichWords(which))
			}
			list[i] = id
		}
	}
	return nil
}

// findAreas wants that whoever asks may know all areas of the call: what is reckoned of it is kept for
// everybody, and areas that the team saved are nobody else's before they are in a release.
func (s *Server) findAreas(r *http.Request, snap *live.Snapshot, c consortium.Call) error {
	refs := append([]string{c.Within}, c.Places...)
	for _, n := range c.Needs {
		refs = append(refs, n.Place)
	}
	for _, ref := range refs {
		if ref == "" {
			continue
		}
		if _, err := s.findArea(r, snap, ref); err != nil {
			return err
		}
	}
	return nil
}

// whichWords says what a name may mean.
func whichWords(which []Choice) string {
	if len(which) == 0 {
		return "no organisation is found by it; write its id or its whole name"
	}
	var names []string
	for _, c := range which {
		names = append(names, c.Label+" ("+c.Value+")")
	}
	return "write the id of " + strings.Join(names, ", or ")
}

// asksCall says that some requirement is in the fields.
func asksCall(v url.Values) bool {
	for name, values := range v {
		if (strings.HasPrefix(name, "need.") || name == "topics") && slices.ContainsFunc(values, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			return true
		}
	}
	return false
}

// exampleCall is a call that the form may begin with; nil where nothing is known of what organisations work on.
func exampleCall(f callForm) *Choice {
	if len(f.Themes) == 0 {
		return nil
	}
	theme := f.Themes[0]
	v := url.Values{"name": {"Example"}, "need.0.role": {"driver"}, "need.0.themes": {theme}, "need.1.role": {"firm"}, "need.1.size": {"sme"}, "need.2.role": {"education"}}
	return &Choice{Label: "a research partner on " + theme + ", a small or medium firm and a college or university", Path: "/consortia?" + v.Encode()}
}

// callFields shows a call as fields, with room for eight requirements.
func callFields(r *http.Request, snap *live.Snapshot, c consortium.Call) (callForm, error) {
	v := c.Form()
	f := callForm{Name: v.Get("name"), Topics: v.Get("topics"), Places: v.Get("places"), Within: v.Get("within"), MostMembers: v.Get("max_members"), Fixed: v.Get("fixed"), Excluded: v.Get("excluded")}
	for n := range needRows {
		at := "need." + strconv.Itoa(n) + "."
		f.Needs = append(f.Needs, needForm{N: n, Name: v.Get(at + "name"), Role: v.Get(at + "role"), Sector: v.Get(at + "sector"), Place: v.Get(at + "place"), Size: v.Get(at + "size"), AtLeast: v.Get(at + "at_least"), Themes: v.Get(at + "themes")})
	}
	for _, role := range org.Roles {
		f.Roles = append(f.Roles, Choice{Value: role.Key, Label: capitalise(orText(roleShort[role.Key], role.Key))})
	}
	for _, size := range [][2]string{{"micro", "micro, <10"}, {"small", "small, <50"}, {"medium", "medium, <250"}, {"large", "large, 250+"}, {"sme", "SME, <250"}} {
		f.Sizes = append(f.Sizes, Choice{Value: size[0], Label: size[1]})
	}
	for _, sec := range snap.Network.Sectors() {
		f.Sectors = append(f.Sectors, Choice{Value: sec.ID, Label: sec.Name})
	}
	areas, err := live.Remember(&snap.Cache, "list/areas", func() ([]ChoiceGroup, error) { return areaChoices(r.Context(), snap) })
	if err != nil {
		return f, err
	}
	for _, g := range areas {
		for _, a := range g.Choices {
			if len(f.Areas) < mostAreaHints {
				f.Areas = append(f.Areas, Choice{Value: a.Value, Label: a.Label})
			}
		}
	}
	f.Themes, err = live.Remember(&snap.Cache, "introductions/themes", func() ([]string, error) { return commonThemes(snap.Network, themeHints), nil })
	return f, err
}

// mostAreaHints is how many areas the form suggests while somebody types.
const mostAreaHints = 60
