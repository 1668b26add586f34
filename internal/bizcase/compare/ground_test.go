package compare

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What differs beneath several figures stands once, over all of them.
func TestChanges_Grouped(t *testing.T) {
	a, b, x := Beneath{Ref: "a", Was: "1", Now: "2"}, Beneath{Ref: "b", Was: "1", Now: "2"}, Beneath{Ref: "x", Was: "1", Now: "3"}
	want := []Ground{{"1", "2", []Beneath{a, b}}, {"1", "3", []Beneath{x}}}
	if d := cmp.Diff(want, (Changes{Beneath: []Beneath{a, x, b}}).Grouped()); d != "" {
		t.Error(d)
	}
}
