package facts

import (
	"context"
	"fmt"
	"slices"

	"milieu/internal/bizcase"
	"milieu/internal/report"
)

// Kinds of blocks.
const (
	table   = "table"
	drawing = "chart"
)

// shownBlock is a table or chart that can be inserted.
type shownBlock struct {
	kind, name, title, group string
	make                     func(*Facts, context.Context) ([]report.Block, error)
}

// shown are all of them in the order of the case; filled at the start, because what makes them looks them up.
var shown []shownBlock

func init() {
	shown = []shownBlock{
		{table, "indicators", "Published figures about the place", "place", (*Facts).indicatorTable},
		{table, "special", "Industries in which the place is special, with their jobs", "specialisation", (*Facts).specialTable},
		{drawing, "special", "Location quotients with the intervals that rounding allows", "specialisation", (*Facts).specialChart},
		{table, "clusters", "Clusters of firms that are more than chance", "clusters", (*Facts).clusterTable},
		{table, "brokers", "Organisations through which most paths between others pass", "links", (*Facts).brokerTable},
		{table, "voices", "What firms ask for", "voices", (*Facts).voiceTable},
		{drawing, "lenses", "Interventions under the two lenses", "plan", (*Facts).lensChart},
		{table, "chosen", "The chosen interventions", "plan", (*Facts).chosenTable},
		{table, "left", "What was compared and left out, and why", "plan", (*Facts).leftTable},
		{table, "unvalued", "What could not be compared, and what is missing", "plan", (*Facts).unvaluedTable},
		{table, "longlist", "All that is open to choice, with what is missing", "options", (*Facts).longTable},
		{table, "options", "Business as usual, do minimum, the plan and sets nearly as good", "options", (*Facts).optionTable},
		{table, "costs", "Cost of the plan by year and funder", "costs", (*Facts).costTable},
		{drawing, "costs", "Cost of the plan by year", "costs", (*Facts).costChart},
		{table, "funding", "Who pays for what, and whether it is committed", "costs", (*Facts).fundingTable},
		{drawing, "funding", "Cost of the plan by funder", "costs", (*Facts).fundingChart},
		{table, "appraisal", "What each intervention costs and brings, net beside gross, with ranges", "appraisal", (*Facts).appraisalTable},
		{drawing, "appraisal", "Jobs as stated and net additional jobs", "appraisal", (*Facts).appraisalChart},
		{drawing, "tornado", "How far one assumption at a time moves the result", "appraisal", (*Facts).tornadoChart},
		{table, "sensitivity", "Switching values: what would have to be for the answer to turn", "appraisal", (*Facts).switchTable},
		{table, "objections", "What an economist would object", "appraisal", (*Facts).objectionTable},
		{table, "evidence-grades", "How good the evidence of each intervention is", "appraisal", (*Facts).gradeTable},
		{table, "sequence", "The plan put in time", "sequence", (*Facts).sequenceTable},
		{drawing, "sequence", "The plan put in time", "sequence", (*Facts).sequenceChart},
		{table, "risks", "Risks on record", "risks", (*Facts).riskTable},
		{table, "leads", "Who leads what", "risks", (*Facts).leadTable},
		{table, "targets", "Targets that are published", "targets", (*Facts).targetTable},
		{table, "assumptions", "Settings and parameters in force", "parameters", (*Facts).assumptionBlocks},
	}
}

// otherNames are further names of tables.
var otherNames = map[string]string{"links": "brokers", "option": "options", "objection": "objections", "risk": "risks", "target": "targets"}

// Blocks are the table or chart of a name, or a gap where nothing of it is known.
func (f *Facts) Blocks(ctx context.Context, kind, name string) ([]report.Block, error) {
	want := name
	if other := otherNames[name]; other != "" {
		want = other
	}
	var names []string
	for _, b := range shown {
		if b.kind != kind {
			continue
		}
		names = append(names, b.name)
		if b.name != want {
			continue
		}
		blocks, err := f.made(ctx, b)
		if err != nil {
			return nil, fmt.Errorf("%s %s of the case: %w", kind, name, err)
		}
		return slices.Clone(blocks), nil
	}
	msg := fmt.Sprintf("there is no %s called “%s”", kind, name)
	if near := nearest(name, names, 2); len(near) > 0 {
		return nil, &bizcase.UnknownError{Message: fmt.Sprintf("%s: did you mean %s?", msg, near[0])}
	}
	return nil, &bizcase.UnknownError{Message: fmt.Sprintf("%s: there are %s", msg, list(names))}
}

// made makes the blocks, once.
func (f *Facts) made(ctx context.Context, b shownBlock) ([]report.Block, error) {
	return f.blocks[b.kind+" "+b.name].get(ctx, func(ctx context.Context) ([]report.Block, error) {
		blocks, err := b.make(f, ctx)
		for k := range blocks {
			if blocks[k].Table != nil || blocks[k].Chart != nil {
				blocks[k].Name = b.name
			}
		}
		return blocks, err
	})
}

// list is names in a sentence.
func list(names []string) string {
	s := ""
	for k, n := range names {
		switch {
		case k > 0 && k == len(names)-1:
			s += " and "
		case k > 0:
			s += ", "
		}
		s += n
	}
	return s
}
