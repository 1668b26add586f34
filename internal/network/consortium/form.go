package consortium

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// mostNeeds is how many needs a form may hold.
const mostNeeds = 12

// FromForm reads a call from the fields of a form: name, topics, places, within,
// min_employees, max_employees, max_members, connectors, independent (any text is yes), fixed, excluded, and need.N.name,
// need.N.role, need.N.sector, need.N.place, need.N.size, need.N.themes,
// need.N.min_employees, need.N.max_employees, need.N.at_least for N from 0. Lists
// are parted by semicolons or new lines. Needs without anything are left out.
func FromForm(v url.Values) (Call, error) {
	r := form{v: v}
	c := Call{Name: r.text("name"), Topics: r.list("topics"), Places: r.list("places"), Within: r.text("within"), MinEmployees: r.number("min_employees"),
		MaxEmployees: r.number("max_employees"), MaxMembers: r.number("max_members"), Connectors: r.number("connectors"), Independent: r.text("independent") != "", Fixed: r.list("fixed"), Excluded: r.list("excluded")}
	for i := range mostNeeds {
		p := fmt.Sprintf("need.%d.", i)
		n := Need{Name: r.text(p + "name"), Role: r.text(p + "role"), Sector: r.text(p + "sector"), Place: r.text(p + "place"), Size: r.text(p + "size"), Themes: r.list(p + "themes"),
			MinEmployees: r.number(p + "min_employees"), MaxEmployees: r.number(p + "max_employees"), AtLeast: r.number(p + "at_least")}
		if n.validate("") != nil && n.label(i) == fmt.Sprintf("need %d", i+1) && n.MinEmployees == 0 && n.MaxEmployees == 0 {
			continue // an empty row
		}
		c.Needs = append(c.Needs, n)
	}
	if r.err != nil {
		return Call{}, r.err
	}
	return c, c.Validate()
}

// Form is the call as fields of a form.
func (c Call) Form() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" && value != "0" {
			v.Set(name, value)
		}
	}
	set("name", c.Name)
	set("topics", strings.Join(c.Topics, "; "))
	set("places", strings.Join(c.Places, "; "))
	set("within", c.Within)
	set("min_employees", strconv.Itoa(c.MinEmployees))
	set("max_employees", strconv.Itoa(c.MaxEmployees))
	set("max_members", strconv.Itoa(c.MaxMembers))
	set("connectors", strconv.Itoa(c.Connectors))
	if c.Independent {
		set("independent", "yes")
	}
	set("fixed", strings.Join(c.Fixed, "; "))
	set("excluded", strings.Join(c.Excluded, "; "))
	for i, n := range c.Needs {
		p := fmt.Sprintf("need.%d.", i)
		set(p+"name", n.Name)
		set(p+"role", n.Role)
		set(p+"sector", n.Sector)
		set(p+"place", n.Place)
		set(p+"size", n.Size)
		set(p+"themes", strings.Join(n.Themes, "; "))
		set(p+"min_employees", strconv.Itoa(n.MinEmployees))
		set(p+"max_employees", strconv.Itoa(n.MaxEmployees))
		set(p+"at_least", strconv.Itoa(n.AtLeast))
	}
	return v
}

// form reads fields; the first fault is kept.
type form struct {
	v   url.Values
	err error
}

func (r *form) text(name string) string { return strings.TrimSpace(r.v.Get(name)) }

func (r *form) list(name string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(strings.Join(r.v[name], "\n"), func(c rune) bool { return c == ';' || c == '\n' || c == '\r' }) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (r *form) number(name string) int {
	s := r.text(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if (err != nil || n < 0 && name != "connectors") && r.err == nil {
		r.err = fmt.Errorf("%s is %.20q; give a whole number", name, s)
	}
	return n
}
