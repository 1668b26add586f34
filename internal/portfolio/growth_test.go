package portfolio

import (
	"strings"
	"testing"

	"milieu/internal/evidence"
	"milieu/internal/stat"
)

// An own controlled evaluation counts as one study beside those of the review, in the value, the words and the chain.
func TestGrowth_own(t *testing.T) {
	effects := map[string]effect{"advice": {kind: "advice", label: "Advice", positive: 7, studies: 9}, "parks": {kind: "parks", label: "Parks"}}
	all := []Intervention{{ID: "a", EffectType: "advice"}, {ID: "b", EffectType: "advice"}, {ID: "c", EffectType: "parks"}, {ID: "d", EffectType: "own"}, {ID: "e"}}
	own := LocalEvidence(Register{Delivery: []Delivered{evaluation("1", "a", "2026-03-01", "controlled", "negative"), evaluation("2", "d", "", "controlled", "positive"), evaluation("3", "b", "", "compared", "positive"), evaluation("4", "e", "", "controlled", "positive")}}, all)
	for k := range all {
		all[k].growth(effects, own)
	}
	mean, lo, hi := stat.BetaInterval(7, 10, Level)
	for _, i := range all[:2] {
		if g := i.Growth; !g.Known || g.Value != mean || g.Lo != lo || g.Hi != hi || !strings.HasPrefix(g.Basis, "7 of 9 sound studies and 0 of 1 own evaluation with a comparison group") {
			t.Errorf("%s: %+v", i.ID, g)
		}
	}
	if c := all[0].growthChain(evidence.Chain{}); len(c.Steps) != 3 || c.Steps[1].Value != "negative" || !strings.Contains(c.Steps[2].How, "no comparison group") || !strings.HasPrefix(c.How, "mean of Beta(1 + 7, 1 + 3)") {
		t.Errorf("%+v", c)
	}
	if all[2].Growth.Known || all[4].Growth.Known {
		t.Error("a type without a study, or no type, has a chance")
	}
	if g := all[3].Growth; !g.Known || !strings.HasPrefix(g.Basis, "1 of 1 own evaluation") {
		t.Errorf("by own evaluation alone: %+v", g)
	}
	for _, p := range Priors(Register{}, all) { // the review's own count is not changed by them
		if p.EffectType == "advice" && (p.Positive != 7 || p.Studies != 9) {
			t.Errorf("%+v", p)
		}
	}
}

// What people type as pages show it is the value that files have.
func TestSpellAlike(t *testing.T) {
	effects := map[string]effect{"access-to-finance": {kind: "access-to-finance", label: "Access to finance"}, "sites": {kind: "sites", label: "Land and sites"}}
	all := []Intervention{{Region: "district", Category: "skills", EffectType: "access-to-finance"}, {Region: "District ", Category: "Skills", EffectType: "Access to Finance"},
		{Region: "district", Category: "transport link", EffectType: "land and sites"}, {Region: "South Yorkshire", Category: "Transport-link", EffectType: "Other"}, {}}
	spellAlike(all, effects)
	if all[1].Region != "district" || all[1].Category != "skills" || all[1].EffectType != "access-to-finance" || all[2].EffectType != "sites" || all[3].Category != "transport link" || all[3].EffectType != "Other" || all[4].Region != "" {
		t.Errorf("%+v", all)
	}
	if !all[3].Open([]string{"south-yorkshire"}, nil) || all[3].Open([]string{"district"}, nil) {
		t.Error("what is open is not held without case and hyphens")
	}
}
