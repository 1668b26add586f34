package cli

import (
	"context"
	"fmt"

	"milieu/internal/link"
)

// linkJSON is the report for programs.
type linkJSON struct {
	Model string     `json:"model"`
	Files []linkRead `json:"files"`
	link.Report
	Seconds float64 `json:"seconds"`
}

func (l *linking) report() error {
	took := l.p.Now().Sub(l.start)
	w := l.p.Stderr
	fmt.Fprintf(w, "%s pairs compared", thousands(l.rep.Scored))
	if l.rep.Resumed > 0 {
		fmt.Fprintf(w, " (%d of %d parts by the run that was stopped)", l.rep.Resumed, l.rep.Chunks)
	}
	if l.rep.Reused > 0 {
		fmt.Fprintf(w, ", %s taken over from the last run", thousands(l.rep.Reused))
	}
	fmt.Fprintf(w, "; %s written, %s of them matches (%.1f s)\n", thousands(l.rep.Kept), thousands(l.rep.Matches), took.Seconds())
	if l.f.json {
		return l.p.json(linkJSON{l.m.Name, l.read, l.rep, took.Seconds()})
	}
	return nil
}

// explain prints the waterfall of two rows.
func (l *linking) explain(ctx context.Context, ids []string) error {
	refs := make([]link.Ref, 2)
	for i, id := range ids {
		t := min(i, len(l.tables)-1)
		row, ok := l.tables[t].Row(id)
		if !ok {
			return fmt.Errorf("%s: there is no row with id %q", l.read[t].File, id)
		}
		refs[i] = link.Ref{Table: t, Row: row}
	}
	if refs[0] == refs[1] {
		return usagef("both ids name the same row")
	}
	pair, err := link.Explain(ctx, l.m, l.tables, l.options(), refs[0], refs[1])
	if err != nil {
		return err
	}
	if l.f.json {
		return l.p.json(struct {
			Left        string      `json:"left_id"`
			Right       string      `json:"right_id"`
			Weight      float64     `json:"weight"`
			Probability float64     `json:"probability"`
			Match       bool        `json:"match"`
			Parts       []link.Part `json:"parts"`
		}{ids[0], ids[1], pair.Weight, pair.Probability, pair.Match, pair.Parts})
	}
	w := l.p.Stdout
	sum := 0.0
	for _, part := range pair.Parts {
		if part.Weight == 0 {
			continue
		}
		sum += part.Weight
		fmt.Fprintf(w, "%-18s %+8.2f %8.2f  %s\n", part.Name, part.Weight, sum, part.Detail)
	}
	verdict := "no match"
	if pair.Match {
		verdict = "match"
	}
	fmt.Fprintf(w, "%-18s %8.2f           probability %.6f: %s\n", "weight", pair.Weight, pair.Probability, verdict)
	return nil
}
