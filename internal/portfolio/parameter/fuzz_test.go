package parameter

import (
	"math"
	"testing"
)

// FuzzParse: whatever a file holds, it is refused with words or gives parameters that can be said and reckoned with.
func FuzzParse(f *testing.F) {
	f.Add(own)
	for _, name := range []string{"discount.toml", "price.toml", "worth.toml", "rating.toml"} {
		text, err := shippedFS.ReadFile("shipped/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		ps, err := parse("file.toml", text, map[string]Parameter{})
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		s := inForce(ps, day)
		_ = s.Hash()
		for _, p := range s.All() {
			_, _, _ = p.Says(), p.Brief(), p.Chain(day)
			if low, value, high, ok := p.Range(); ok && !(low <= value && value <= high) {
				t.Errorf("%s: %v, %v, %v", p.ID, low, value, high)
			}
		}
		_, _ = s.Deflator()
		for _, name := range s.Schedules() {
			if sch, _, err := s.Schedule(name); err != nil || !(sch.Factor(500) >= 0) {
				t.Errorf("schedule %s: %v", name, err)
			}
		}
	})
}

func FuzzShare(f *testing.F) {
	for _, text := range []string{"0.25", "25%", "-1", "1e3%", "٣", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := Share(text); err == nil && !(v >= 0) || math.IsInf(v, 0) {
			t.Errorf("%q is %v", text, v)
		}
	})
}
