package result

import (
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/frame"
)

// From makes the input of what the store holds of a survey. Answers of firms that were not drawn are left out and counted, since
// nothing says for whom they stand; where nothing was drawn, all firms of the frame count as asked, and without a frame answers
// stand for themselves.
func From(c fieldwork.Collected) Input {
	s := c.Survey
	in := Input{SurveyID: s.ID, Title: s.Title, Series: s.Series, Wave: s.Wave, State: s.State, Level: s.Level, Invented: s.Invented,
		Threshold: s.Threshold, Instruments: c.Instruments, StrataLabels: map[string]string{}}
	if c.HasFrame {
		in.frame(c.Frozen.Counts)
		if c.Frozen.DrawnAt != "" {
			in.Drawn = map[string]int{}
			for _, p := range c.Progress.Strata {
				in.Drawn[p.Key] = p.Drawn
			}
		}
	}
	for _, r := range c.Rows {
		row := Row{Stratum: r.Stratum, Groups: r.Groups, N: r.N, Answers: r.Answers}
		switch {
		case !c.HasFrame:
			row.Stratum, row.Groups = "", nil
		case r.Stratum == "" || !r.Drawn && in.Drawn != nil:
			in.Outside++
			continue
		}
		in.Rows = append(in.Rows, row)
	}
	return in
}

func (in *Input) frame(c fieldwork.Counts) {
	for _, s := range c.Strata {
		in.Strata = append(in.Strata, s.Key)
		in.StrataLabels[s.Key] = s.Label
	}
	for _, g := range c.Groupings {
		out := frame.Grouping{Key: g.Key, Label: g.Label}
		for _, k := range g.Categories {
			out.Categories = append(out.Categories, frame.Category{Key: k.Key, Label: k.Label})
		}
		in.Groupings = append(in.Groupings, out)
	}
	for _, k := range c.Cells {
		cell := Cell{Stratum: k.Stratum, Groups: map[string]string{}, Firms: k.Frame}
		for i, category := range k.Groups {
			cell.Groups[c.Groupings[i].Key] = category
		}
		in.Cells = append(in.Cells, cell)
	}
}
