package scenario

import (
	"net/url"
	"slices"
	"strings"
)

// Change is a setting that differs between two addresses; an empty side has none.
type Change struct{ Key, A, B string }

// Differ lists the settings of two addresses that differ, by key. The path counts as the setting "page".
func Differ(a, b string) []Change {
	pa, qa := parts(a)
	pb, qb := parts(b)
	byWorth(qa)
	byWorth(qb)
	var out []Change
	if pa != pb {
		out = append(out, Change{"page", pa, pb})
	}
	keys := map[string]bool{}
	for k := range qa {
		keys[k] = true
	}
	for k := range qb {
		keys[k] = true
	}
	var list []string
	for k := range keys {
		list = append(list, k)
	}
	slices.Sort(list)
	for _, k := range list {
		va, vb := values(qa[k]), values(qb[k])
		if va != vb {
			out = append(out, Change{k, va, vb})
		}
	}
	return out
}

// byWorth writes a lens as what it is: one of the ways in which a plan is valued. It says nothing where another is chosen.
func byWorth(q url.Values) {
	if lens := q.Get("lens"); lens != "" && q.Get("worth") == "" {
		q.Set("worth", lens)
	}
	q.Del("lens")
}

// Pairs lists the settings of an address, by key; settings that are empty are left out.
func Pairs(address string) []Change {
	_, q := parts(address)
	byWorth(q)
	var out []Change
	for k, v := range q {
		if text := values(v); text != "" {
			out = append(out, Change{Key: k, A: text})
		}
	}
	slices.SortFunc(out, func(x, y Change) int { return strings.Compare(x.Key, y.Key) })
	return out
}

func parts(address string) (string, url.Values) {
	u, err := url.Parse(address)
	if err != nil {
		return address, nil
	}
	return u.Path, u.Query()
}

// values joins the values of a key in one order: that of the address says nothing.
func values(list []string) string {
	var out []string
	for _, v := range list {
		if v != "" {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}
