package web

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

// TestNetworkModel looks at the page of expected ties: terms, fit, what to do where nothing can be foretold, and that each figure leads on.
func TestNetworkModel(t *testing.T) {
	s := demoSite(t)
	body := page(t, s, "/network/model")
	if len(body) > mostBytes {
		t.Errorf("the page weighs %d bytes; the most is %d", len(body), mostBytes)
	}
	for _, want := range []string{"What makes a tie likelier", "How well it fits", "They share a theme", "Distance doubles", "How well new ties are foretold"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	seen := 0
	for _, m := range regexp.MustCompile(`href="(/why\?[^"]+)"`).FindAllStringSubmatch(body, -1) {
		page(t, s, html.UnescapeString(m[1]))
		seen++
	}
	if seen < 5 {
		t.Errorf("%d figures lead to their source", seen)
	}
	for _, table := range []string{"", "&table=quality", "&table=likely"} {
		if status, text, _ := get(t, s, "/network/model?format=csv"+table); status != 200 || !strings.Contains(text, ",") {
			t.Errorf("CSV %q: status %d, %q", table, status, text)
		}
	}
}
