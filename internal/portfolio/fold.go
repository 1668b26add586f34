package portfolio

import (
	"maps"
	"slices"
	"sort"
	"strings"
)

// folded is a word of the register without case and without the difference between spaces, hyphens and underscores:
// people type a value as pages show it, which is not as files write it.
func folded(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '-' || r == '_' || r == '\t' || r == '\u00a0' }), "-")
}

// spellAlike writes regions, categories and types of programme alike where they differ in case, spaces or hyphens only.
// The spelling of most rows is taken, of equals the one that sorts last, so that small letters come before capitals. Types
// are spelled as the review does, whose label is taken too.
func spellAlike(all []Intervention, effects map[string]effect) {
	kinds := map[string]string{}
	for _, kind := range slices.Sorted(maps.Keys(effects)) {
		kinds[folded(kind)] = kind
	}
	for _, kind := range slices.Sorted(maps.Keys(effects)) {
		if f := folded(effects[kind].label); kinds[f] == "" {
			kinds[f] = kind
		}
	}
	regions := spellings(all, func(i Intervention) string { return i.Region })
	categories := spellings(all, func(i Intervention) string { return i.Category })
	types := spellings(all, func(i Intervention) string { return i.EffectType })
	for k := range all {
		i := &all[k]
		i.Region, i.Category = regions[folded(i.Region)], categories[folded(i.Category)]
		if kind, ok := kinds[folded(i.EffectType)]; ok {
			i.EffectType = kind
		} else {
			i.EffectType = types[folded(i.EffectType)]
		}
	}
}

// spellings are the spellings to take, by folded value.
func spellings(all []Intervention, of func(Intervention) string) map[string]string {
	n := map[string]int{}
	for _, i := range all {
		n[of(i)]++
	}
	var list []string
	for v := range n {
		list = append(list, v)
	}
	sort.Slice(list, func(a, b int) bool {
		if n[list[a]] != n[list[b]] {
			return n[list[a]] > n[list[b]]
		}
		return list[a] > list[b]
	})
	out := map[string]string{}
	for _, v := range list {
		if _, has := out[folded(v)]; !has {
			out[folded(v)] = v
		}
	}
	return out
}
