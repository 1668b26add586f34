package portfolio

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/stat"
)

// growth sets the score of what grows the cluster: the chance that a programme of the type shows an effect, from the
// studies of the review and the workspace's own evaluations with a comparison group, each with the weight of one study.
// See doc/METHODS.md, two lenses.
func (i *Intervention) growth(effects map[string]effect, local map[string]LocalEffect) {
	i.Growth.Ref = evidence.MakeRef("growth", []string{i.ID})
	e, reviewed := effects[i.EffectType]
	i.effect = e
	if i.EffectType != "" {
		i.local = local[i.EffectType]
	}
	if !reviewed && i.local.Studies == 0 {
		i.Growth.Basis = "no reviewed type of programme fits"
		return
	}
	label := strings.ToLower(orType(e.label, i.EffectType))
	positive, studies := e.positive+i.local.Positive, e.studies+i.local.Studies
	if studies == 0 {
		i.Growth.Basis = fmt.Sprintf("no sound study of the type \"%s\" looked at jobs: plan an evaluation with it", label)
	} else {
		i.Growth.Basis = fmt.Sprintf("%s found that jobs grew", studyWords(e, i.local, label))
	}
	mean, lo, hi := stat.BetaInterval(positive, studies, Level)
	i.Growth = Score{Known: studies > 0, Value: mean, Lo: lo, Hi: hi, Ref: i.Growth.Ref, Basis: i.Growth.Basis,
		Caution: "the chance that a programme of this type shows an effect, not the size of the effect"}
}

// EffectType is a type of programme that the review of effects knows.
type EffectType struct{ Kind, Label string }

// EffectTypes are those of the release, sorted by kind.
func EffectTypes(ctx context.Context, q lake.Querier) ([]EffectType, error) {
	effects, err := readEffects(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []EffectType
	for _, kind := range slices.Sorted(maps.Keys(effects)) {
		out = append(out, EffectType{kind, effects[kind].label})
	}
	return out, nil
}

// studyWords count the studies of a type, those of the review and one's own apart.
func studyWords(e effect, own LocalEffect, label string) string {
	evaluations := fmt.Sprintf("%d of %d own evaluations with a comparison group", own.Positive, own.Studies)
	if own.Studies == 1 {
		evaluations = fmt.Sprintf("%d of 1 own evaluation with a comparison group", own.Positive)
	}
	switch {
	case own.Studies == 0:
		return fmt.Sprintf("%d of %d sound studies of programmes of the type \"%s\"", e.positive, e.studies, label)
	case e.studies == 0:
		return fmt.Sprintf("%s of the type \"%s\", of which the review has no sound study,", evaluations, label)
	}
	return fmt.Sprintf("%d of %d sound studies and %s of programmes of the type \"%s\"", e.positive, e.studies, evaluations, label)
}

func orType(label, kind string) string {
	if label == "" {
		return strings.ReplaceAll(kind, "-", " ")
	}
	return label
}

// growthChain explains a known score of growth by its studies: the review's line, then each own evaluation.
func (i Intervention) growthChain(c evidence.Chain) evidence.Chain {
	e, own := i.effect, i.local
	positive, studies := e.positive+own.Positive, e.studies+own.Studies
	c.How = fmt.Sprintf("mean of Beta(1 + %d, 1 + %d) = %s; %s", positive, studies-positive, chart.Number(i.Growth.Value, 3), i.Growth.Caution)
	if own.Studies > 0 {
		c.How += fmt.Sprintf("; %d of %d studies of the review and %d of %d of the workspace's own evaluations, each with the weight of one study", e.positive, e.studies, own.Positive, own.Studies)
	}
	if e.kind != "" {
		c.Steps = append(c.Steps, evidence.Chain{Title: fmt.Sprintf("%s: %d of %d studies positive. %s", e.label, e.positive, e.studies, e.reference),
			Value: fmt.Sprintf("%d of %d", e.positive, e.studies), Records: []evidence.Record{e.record}, URL: e.url})
	}
	for _, d := range own.Counted {
		c.Steps = append(c.Steps, evidence.Chain{Title: "own evaluation of " + d.Intervention, Value: d.Finding, How: strings.TrimSpace("design: " + d.Design + " " + d.WhenSays()), Records: []evidence.Record{d.Record}, URL: d.SourceURL})
	}
	for _, d := range own.Left {
		c.Steps = append(c.Steps, evidence.Chain{Title: "not counted: evaluation of " + d.Intervention, Value: d.Finding, How: d.Reason, Records: []evidence.Record{d.Record}, URL: d.SourceURL})
	}
	return c
}
