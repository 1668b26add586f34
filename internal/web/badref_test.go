package web

import (
	"net/http"
	"net/url"
	"testing"
)

// A reference that cannot be read is the visitor's to mend, and is told so; one
// that leads to nothing is not found. Neither is a fault of the server.
func TestWhy_badReferences(t *testing.T) {
	s := demoSite(t)
	for ref, want := range map[string]int{
		"x": http.StatusBadRequest, "\x00": http.StatusBadRequest, "lq/a/b/c": http.StatusBadRequest, "lq/a": http.StatusBadRequest, "org": http.StatusBadRequest,
		"plan": http.StatusBadRequest, "betweenness/a/b": http.StatusBadRequest, "growth": http.StatusBadRequest, "%zz": http.StatusBadRequest,
		"org/nobody": http.StatusNotFound, "tie/none": http.StatusNotFound, "lq/nowhere/25/2021": http.StatusNotFound, "plan/colour": http.StatusNotFound, "count/stars": http.StatusNotFound,
	} {
		if status, _, _ := get(t, s, "/why?ref="+url.QueryEscape(ref)); status != want {
			t.Errorf("%q gives %d, want %d", ref, status, want)
		}
	}
}
