package web

import "testing"

// A kind of reference belongs to one package: a second one would take the first one's figures their sources.
func TestReleaseExplainers_apart(t *testing.T) {
	seen := map[string]int{}
	for i, more := range explainersOf() {
		for kind := range more {
			if first, twice := seen[kind]; twice {
				t.Errorf("kind %q is explained by the packages %d and %d of the list", kind, first+1, i+1)
			}
			seen[kind] = i
		}
	}
}
