package parameter

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// maxAssumed is the largest number that may be assumed.
const maxAssumed = 1e15

// Assume is the set with one value changed, as somebody who looks at an appraisal tries it out: a number (also as
// 30%), or for a text parameter a word. A changed number has no range. The parameter says in Changed what it was.
// Errors are words for who typed the value.
func (s Set) Assume(id, value string) (Set, error) {
	i, ok := slices.BinarySearchFunc(s.all, id, func(p Parameter, id string) int { return strings.Compare(p.ID, id) })
	if !ok {
		return s, fmt.Errorf("there is no parameter %q", id)
	}
	p := s.all[i]
	switch p.Kind {
	case Number:
		v, err := ReadNumber(value)
		if err != nil {
			return s, fmt.Errorf("%s: %w", p.Name, err)
		}
		p.Changed, p.Value, p.Low, p.High, p.None = was(p), &v, nil, nil, ""
		if err := p.checkNumber(); err != nil {
			return s, fmt.Errorf("%s (%s) %w", p.Name, id, err)
		}
	case Text:
		if id == DefaultSchedule {
			if _, _, err := s.Schedule(value); err != nil || strings.TrimSpace(value) == "" {
				return s, fmt.Errorf("%s: %q is neither a schedule (%s) nor a rate such as 0.035 or 3.5%%", p.Name, value, strings.Join(s.Schedules(), ", "))
			}
		}
		if strings.TrimSpace(value) == "" || len(value) > 200 {
			return s, fmt.Errorf("%s: give a word of at most 200 letters", p.Name)
		}
		p.Changed, p.Text, p.None = was(p), strings.TrimSpace(value), ""
	default:
		return s, fmt.Errorf("%s is a %s and not a single value; change it in the workspace's %s/*.toml", p.Name, p.Kind, Folder)
	}
	p.Assumed = true
	out := Set{day: s.day, all: slices.Clone(s.all)}
	out.all[i] = p
	return out, nil
}

// was is what the parameter was before, with its own mark of being there.
func was(p Parameter) string {
	if p.Changed != "" {
		return p.Changed
	}
	return p.Says()
}

// ReadNumber reads a number as people type it: 0.25, 25%, £12,000.
func ReadNumber(text string) (float64, error) {
	t := strings.TrimSpace(text)
	number, percent := strings.CutSuffix(t, "%")
	number = strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(number), "£"), ",", "")
	v, err := plain(number)
	if err != nil || math.Abs(v) > maxAssumed {
		return 0, fmt.Errorf("%q is not a number; write it as 0.25 or 25%%", text)
	}
	if percent {
		v = hundredth(number, v)
	}
	return v + 0, nil
}
