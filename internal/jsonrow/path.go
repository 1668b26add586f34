package jsonrow

import (
	"fmt"
	"strconv"
	"strings"
)

// Path names a value inside a record:
//
//	title                              a member
//	data.kind                          a member of a member
//	plannedDates[0].startDate          of the first element of a list
//	names[types=ror_display].value     of the first element whose member types is, or
//	                                   is a list that holds, ror_display
//	recipientOrganization{id,name}     a list of objects with these members only, as
//	                                   JSON text: SQL makes rows of it
//	locations{details{name,lat}}       the same with members of members
//	recipientIndividual?               true where the member is there, whatever it holds
//
// Where a list is expected, an object counts as a list of one: documents made from XML
// write lists of one so. By that, data[kind=corporate].name is the name only of those
// whose kind is corporate.
type Path struct {
	text   string
	steps  []step
	fields []field
	exists bool
}

// step goes to a member, and then to an element where index or key is given.
type step struct {
	name       string
	index      int // -1: none
	key, value string
}

// field is a member that a selection keeps.
type field struct {
	name   string
	fields []field
}

// ParsePath reads a path.
func ParsePath(text string) (Path, error) {
	p := Path{text: text}
	rest, open := text, strings.IndexByte(text, '{')
	if open >= 0 {
		var err error
		if p.fields, rest, err = selection(text[open+1:]); err != nil || rest != "" {
			return p, fmt.Errorf("path %q: write members as {a,b{c,d}} at its end", text)
		}
		rest = text[:open]
	} else if p.exists = strings.HasSuffix(text, "?"); p.exists {
		rest = strings.TrimSuffix(text, "?")
	}
	for rest != "" || len(p.steps) == 0 {
		var s step
		var err error
		if s, rest, err = nextStep(rest); err != nil {
			return p, fmt.Errorf("path %q: %w", text, err)
		}
		p.steps = append(p.steps, s)
	}
	return p, nil
}

// nextStep reads name, name[2] or name[key=value] and the point behind it.
func nextStep(s string) (step, string, error) {
	out := step{index: -1}
	end := strings.IndexAny(s, ".[")
	if end < 0 {
		end = len(s)
	}
	out.name = s[:end]
	if out.name == "" || strings.ContainsAny(out.name, "]{},=?") {
		return out, "", fmt.Errorf("a member has no name, or one with a sign in it that paths use")
	}
	s = s[end:]
	if strings.HasPrefix(s, "[") {
		inside, after, ok := strings.Cut(s[1:], "]")
		if !ok {
			return out, "", fmt.Errorf("a bracket is not closed")
		}
		var err error
		if key, value, filter := strings.Cut(inside, "="); filter && key != "" {
			out.key, out.value = key, value
		} else if out.index, err = strconv.Atoi(inside); err != nil || out.index < 0 {
			return out, "", fmt.Errorf("write [0] or [member=value], not [%s]", inside)
		}
		s = after
	}
	if s == "" {
		return out, "", nil
	}
	if s[0] != '.' || len(s) == 1 {
		return out, "", fmt.Errorf("after %q comes a point and the next member", out.name)
	}
	return out, s[1:], nil
}

// selection reads a,b{c}} up to the brace that closes it.
func selection(s string) (fields []field, rest string, err error) {
	for {
		end := strings.IndexAny(s, ",{}")
		if end <= 0 {
			return nil, "", fmt.Errorf("a member has no name")
		}
		f := field{name: strings.TrimSpace(s[:end])}
		s = s[end:]
		if s[0] == '{' {
			if f.fields, s, err = selection(s[1:]); err != nil {
				return nil, "", err
			}
		}
		fields = append(fields, f)
		switch {
		case strings.HasPrefix(s, ","):
			s = s[1:]
		case strings.HasPrefix(s, "}"):
			return fields, s[1:], nil
		default:
			return nil, "", fmt.Errorf("a brace is not closed")
		}
	}
}

// find goes to the path's value; ok is false where there is none, or null.
func (p *Path) find(v any) (out any, ok bool) {
	for i := range p.steps {
		s := &p.steps[i]
		m, isObject := v.(map[string]any)
		if !isObject {
			return nil, false
		}
		if v = m[s.name]; v == nil {
			return nil, false
		}
		if s.index >= 0 || s.key != "" {
			if v = s.element(v); v == nil {
				return nil, false
			}
		}
	}
	return v, true
}

// element is the one that the step asks for.
func (s *step) element(v any) any {
	list := asList(v)
	if s.key == "" {
		if s.index < len(list) {
			return list[s.index]
		}
		return nil
	}
	for _, e := range list {
		m, ok := e.(map[string]any)
		if !ok {
			continue
		}
		for _, one := range asList(m[s.key]) {
			if t, ok := scalar(one); ok && t == s.value {
				return e
			}
		}
	}
	return nil
}

// asList makes a list of one of what is none.
func asList(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// top is the member of the record with which the path begins.
func (p *Path) top() string { return p.steps[0].name }
