// Package consortium proposes sets of organisations for a call: sets that cover
// the required kinds of partner, topics and places with the fewest new ties to
// make. New ties are the ties missing for the members to be connected: the
// components that the members and their ties on record fall into, less one. What
// nobody meets is shown as a gap; what is not known is never counted as met.
package consortium

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Call is what a consortium must be. As TOML:
//
//	name = "Composites at rate"
//	topics = ["composites", "automation"]   # each covered by a member
//	places = ["Rotherham"]                  # a member in each
//	within = "team/amid"                    # all members are in it
//	max_employees = 249                     # of every member
//	max_members = 6
//	connectors = 2                          # members who only join others; without it one
//	independent = true                      # no two of one group
//	fixed = ["nuclear-amrc"]
//	excluded = ["boeing"]
//
//	[[need]]
//	name = "Research partner"
//	role = "driver"
//	themes = ["composites"]                 # one of them
//	at_least = 1
//
// One member may meet several needs, topics and places.
type Call struct {
	Name         string   `toml:"name,omitempty"`
	Topics       []string `toml:"topics,omitempty"`
	Places       []string `toml:"places,omitempty"`
	Within       string   `toml:"within,omitempty"`
	MinEmployees int      `toml:"min_employees,omitzero"`
	MaxEmployees int      `toml:"max_employees,omitzero"`
	MaxMembers   int      `toml:"max_members,omitzero"`  // 0: 10
	Connectors   int      `toml:"connectors,omitzero"`   // most members that meet nothing the others do not and join them; 0: 1, -1: none
	Independent  bool     `toml:"independent,omitempty"` // no two members of one group (part of each other or of the same)
	Fixed        []string `toml:"fixed,omitempty"`       // ids of members in any case
	Excluded     []string `toml:"excluded,omitempty"`    // ids of organisations that cannot be members
	Needs        []Need   `toml:"need,omitempty"`
}

// Need is a required kind of partner. What is empty is not asked for.
type Need struct {
	Name         string   `toml:"name,omitempty"`
	Role         string   `toml:"role,omitempty"`
	Sector       string   `toml:"sector,omitempty"`
	Place        string   `toml:"place,omitempty"`
	Size         string   `toml:"size,omitempty"` // micro, small, medium, large or sme
	Themes       []string `toml:"themes,omitempty"`
	MinEmployees int      `toml:"min_employees,omitzero"`
	MaxEmployees int      `toml:"max_employees,omitzero"`
	AtLeast      int      `toml:"at_least,omitzero"` // 0: 1
}

const (
	defaultMembers    = 10
	defaultConnectors = 1
	mostMembers       = 30
	// mostRequirements keeps what a member meets in one word.
	mostRequirements = 40
)

// bands are the size classes of Recommendation 2003/361/EC by employees; turnover
// is not known here. Above is 0 where there is no upper end.
var bands = map[string]struct{ from, to int }{"micro": {0, 9}, "small": {10, 49}, "medium": {50, 249}, "large": {250, 0}, "sme": {0, 249}}

// ParseCall reads a call. A key that there is not, a wrong type and what makes no
// sense are errors that say where.
func ParseCall(data []byte) (Call, error) {
	var c Call
	md, err := toml.NewDecoder(bytes.NewReader(data)).Decode(&c)
	var p toml.ParseError
	if errors.As(err, &p) {
		return Call{}, fmt.Errorf("call, line %d: %s", p.Position.Line, p.Message)
	}
	if err != nil {
		return Call{}, fmt.Errorf("call: %w", err)
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return Call{}, fmt.Errorf("call: there is no key %q; see: milieu consortium --help", extra[0].String())
	}
	return c, c.Validate()
}

// TOML is the call as ParseCall reads it.
func (c Call) TOML() []byte {
	var b bytes.Buffer
	e := toml.NewEncoder(&b)
	e.Indent = ""
	if err := e.Encode(c); err != nil {
		panic(err) // strings, numbers and lists of them can be written
	}
	return b.Bytes()
}

// Validate says in words what is wrong with a call.
func (c Call) Validate() error {
	switch {
	case len(c.Needs)+len(c.Topics)+len(c.Places)+len(c.Fixed) == 0:
		return fmt.Errorf("the call asks for nothing: name a need, a topic, a place or a fixed member")
	case len(c.Needs)+len(c.Topics)+len(c.Places)+len(c.Fixed) > mostRequirements:
		return fmt.Errorf("the call has more than %d needs, topics, places and fixed members together", mostRequirements)
	case c.MaxMembers < 0 || c.MaxMembers > mostMembers:
		return fmt.Errorf("max_members is %d; give 1 to %d", c.MaxMembers, mostMembers)
	case c.Connectors < -1 || c.Connectors > mostMembers:
		return fmt.Errorf("connectors is %d; give 1 to %d, or -1 for none", c.Connectors, mostMembers)
	case len(c.Fixed) > c.most():
		return fmt.Errorf("%d fixed members are more than max_members, which is %d", len(c.Fixed), c.most())
	}
	if err := employees("the call", c.MinEmployees, c.MaxEmployees); err != nil {
		return err
	}
	for _, id := range c.Fixed {
		if slices.Contains(c.Excluded, id) {
			return fmt.Errorf("%q is both fixed and excluded", id)
		}
	}
	for i, n := range c.Needs {
		if err := n.validate(n.label(i)); err != nil {
			return err
		}
	}
	return nil
}

func (n Need) validate(label string) error {
	if n.Role == "" && n.Sector == "" && n.Place == "" && n.Size == "" && len(n.Themes) == 0 && n.MinEmployees == 0 && n.MaxEmployees == 0 {
		return fmt.Errorf("%s asks for nothing: give a role, sector, place, size or theme", label)
	}
	if _, ok := bands[n.Size]; n.Size != "" && !ok {
		return fmt.Errorf("%s: size %q is none of micro, small, medium, large, sme", label, n.Size)
	}
	if n.AtLeast < 0 || n.AtLeast > mostMembers {
		return fmt.Errorf("%s: at_least is %d; give 1 to %d", label, n.AtLeast, mostMembers)
	}
	return employees(label, n.MinEmployees, n.MaxEmployees)
}

func employees(label string, least, most int) error {
	if least < 0 || most < 0 || most > 0 && least > most {
		return fmt.Errorf("%s: employees from %d to %d are no range", label, least, most)
	}
	return nil
}

func (c Call) most() int {
	if c.MaxMembers == 0 {
		return defaultMembers
	}
	return c.MaxMembers
}

func (c Call) connectors() int {
	if c.Connectors == 0 {
		return defaultConnectors
	}
	return max(0, c.Connectors)
}

func (n Need) want() int { return max(1, n.AtLeast) }

// label names a need by what it asks for where it has no name.
func (n Need) label(i int) string {
	if n.Name != "" {
		return n.Name
	}
	var parts []string
	for _, s := range []string{n.Size, n.Role} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(n.Themes) > 0 {
		parts = append(parts, "on "+strings.Join(n.Themes, " or "))
	}
	if n.Sector != "" {
		parts = append(parts, "of sector "+n.Sector)
	}
	if n.Place != "" {
		parts = append(parts, "in "+n.Place)
	}
	if len(parts) == 0 {
		return fmt.Sprintf("need %d", i+1)
	}
	return strings.Join(parts, " ")
}
