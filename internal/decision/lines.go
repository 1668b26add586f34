package decision

import (
	"context"
	"slices"
	"sort"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/store"
)

// Lines are the decisions that hold, as a build takes them, oldest first. A build is
// run for the workspace, not for a person, so nobody's role is asked.
func (b Book) Lines(ctx context.Context) ([]evidence.DecisionLine, error) {
	var ds []Decision
	err := b.DB.View(ctx, func(q store.Querier) (err error) {
		ds, err = query(ctx, q, holdQuery, b.Workspace)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []evidence.DecisionLine
	for _, d := range ds {
		out = append(out, d.lines()...)
	}
	return out, nil
}

// lines is the decision as a build takes it: one line a field.
func (d Decision) lines() []evidence.DecisionLine {
	line := evidence.DecisionLine{ID: d.ID(), At: d.At, By: d.By, Kind: string(d.Kind), Table: d.Table, Subject: d.Subject, Reason: d.Reason, SourceURL: d.Source}
	with := func(field, value string) evidence.DecisionLine {
		l := line
		l.Field, l.Value = field, value
		return l
	}
	switch d.Kind {
	case Same, Different:
		line.Table, line.Subject = Organisations, d.Fields["one"]
		return []evidence.DecisionLine{with("other", d.Fields["other"])}
	case Exclude:
		if d.Table != Organisations {
			return []evidence.DecisionLine{line}
		}
		var out []evidence.DecisionLine
		for _, k := range strings.Split(d.Fields["keys"], ";") {
			out = append(out, with("key", k))
		}
		return out
	}
	var out []evidence.DecisionLine
	for _, f := range sortedKeys(d.Fields) {
		out = append(out, with(f, d.Fields[f]))
	}
	return out
}

// Fold gives, for each field that decisions of a row set, the last that holds. ds
// are in the order in which they were made.
func Fold(ds []Decision) map[string]Decision {
	out := map[string]Decision{}
	for _, d := range ds {
		if !d.Holds() || d.Kind != Add && d.Kind != Set {
			continue
		}
		for f := range d.Fields {
			out[f] = d
		}
	}
	return out
}

// Apply gives a row as it is with the decisions that hold. The row itself stays as
// it was.
func Apply(row map[string]string, ds []Decision) map[string]string {
	out := map[string]string{}
	for k, v := range row {
		out[k] = v
	}
	for f, d := range Fold(ds) {
		out[f] = d.Fields[f]
	}
	return out
}

// Excluded says whether a decision that holds leaves the row out.
func Excluded(ds []Decision) (Decision, bool) {
	for _, d := range slices.Backward(ds) {
		if d.Holds() && d.Kind == Exclude {
			return d, true
		}
	}
	return Decision{}, false
}

// unique drops decisions that stand twice, and sorts the rest, oldest first.
func unique(ds []Decision) []Decision {
	sort.Slice(ds, func(i, j int) bool { return ds[i].Seq < ds[j].Seq })
	return slices.CompactFunc(ds, func(a, b Decision) bool { return a.Seq == b.Seq })
}
