package facts

import (
	"context"
	"fmt"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/report"
)

// gradeTable says how good the evidence of each chosen intervention is.
func (f *Facts) gradeTable(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	t := &report.Table{Caption: "How good the evidence of each chosen intervention is", Header: []string{"Intervention", "Grade on record", "Chance that programmes of its type let jobs grow", "What that rests on"}, Numeric: []bool{false, false, true, false},
		Note: report.Say("The grade is of the evidence that this very intervention answers its problem. The chance is of programmes of its type elsewhere.")}
	for _, i := range p.Chosen {
		t.Rows = append(t.Rows, []report.Text{nameCell(i), plain(gradeWords(i.Grade)), orUnknown(i.Growth.Figure(), i.Growth.Known), cell(words(i.Growth.Basis, evidence.MakeRef("growth", []string{i.ID})))})
	}
	return []report.Block{{Table: t}}, nil
}

func gradeWords(g string) string {
	switch g {
	case "controlled":
		return "controlled: against a comparison group"
	case "compared":
		return "compared: before and after, or with others"
	case "reasoned":
		return "reasoned: argued, not measured"
	case "asserted":
		return "asserted only"
	}
	return "not graded"
}

// leadTable says who leads what, as the sources name them.
func (f *Facts) leadTable(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	t := &report.Table{Caption: "Who leads the chosen interventions, as the sources name them", Header: []string{"Intervention", "Lead", "Partners"}, Numeric: make([]bool, 3)}
	var missing []string
	for _, i := range p.Chosen {
		if i.Lead == "" {
			missing = append(missing, i.Name)
		}
		t.Rows = append(t.Rows, []report.Text{nameCell(i), plain(i.Lead), plain(strings.Join(i.Partners, "; "))})
	}
	out := []report.Block{{Table: t}}
	if len(missing) > 0 {
		out = append(out, gap("Nobody is named as the lead of "+list(missing)+".", "Name who answers for each.", f.owner())...)
	}
	return out, nil
}

func (f *Facts) riskTable(ctx context.Context) ([]report.Block, error) {
	p, in, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	t := &report.Table{Caption: "Risks on record of the chosen interventions", Header: []string{"Intervention", "Risk", "Likelihood", "Impact", "What is done about it", "Owner"}, Numeric: make([]bool, 6),
		Note: report.Say("Likelihood and impact are the judgement of whoever wrote the risk down.")}
	var out []report.Block
	for _, i := range p.Chosen {
		risks := in.Register.Of(i.ID).Risks
		if len(risks) == 0 {
			out = append(out, gap("No risk of "+i.Name+" is on record, which is not to say that there is none.", "Write its risks down: likelihood, impact, what is done and who owns it.", i.Lead)...)
		}
		for _, k := range risks {
			ref := evidence.MakeRef(portfolio.RefRisk, []string{k.ID})
			t.Rows = append(t.Rows, []report.Text{plain(i.Name), cell(words(k.Risk, ref)), plain(k.Likelihood), plain(k.Impact), orNothing(k.Mitigation, ref), plain(k.Owner)})
		}
	}
	if len(t.Rows) == 0 {
		return out, nil
	}
	return append([]report.Block{{Table: t}}, out...), nil
}

func orNothing(text, ref string) report.Text {
	if text == "" {
		return report.Text{{Words: "nothing on record"}}
	}
	return cell(words(text, ref))
}

func (f *Facts) sequenceTable(ctx context.Context) ([]report.Block, error) {
	if _, _, none, err := f.planned(ctx); err != nil || none != nil {
		return none, err
	}
	s, err := f.Sequence(ctx)
	if err != nil {
		return nil, err
	}
	if why := noSequence(s); why != "" {
		return gap("The plan cannot be put in time: "+why+".", "See the page of the sequence.", f.owner()), nil
	}
	t := &report.Table{Caption: caption("The plan put in time, %s to %s", portfolio.YearName(s.Setting.From), portfolio.YearName(s.Setting.Last())), Header: []string{"Intervention", "Years", "Cost in these years", "Waits for"}, Numeric: []bool{false, false, true, false},
		Note: report.Say("%v", words(sequenceNote(s), s.Ref("count")))}
	for _, r := range s.Rows {
		cost := report.Figure{Text: r.CostText(), Ref: s.Ref("start", r.ID)}
		t.Rows = append(t.Rows, []report.Text{nameCell(r.Intervention), cell(startFigure(s, r)), orUnknown(cost, !r.Uncosted()), waits(s, r.ID, r.Waits)})
	}
	return []report.Block{{Table: t}}, nil
}

func waits(s interface{ Ref(...string) string }, id string, list []string) report.Text {
	if len(list) == 0 {
		return report.Text{{Words: "nothing on record"}}
	}
	return cell(words(strings.Join(list, "; "), s.Ref("start", id)))
}

func (f *Facts) sequenceChart(ctx context.Context) ([]report.Block, error) {
	if _, _, none, err := f.planned(ctx); err != nil || none != nil {
		return none, err
	}
	s, err := f.Sequence(ctx)
	if err != nil {
		return nil, err
	}
	if why := noSequence(s); why != "" {
		return gap("The plan cannot be put in time: "+why+".", "See the page of the sequence.", f.owner()), nil
	}
	c := s.Gantt(720)
	return []report.Block{{Chart: &c}}, nil
}

// objectionTable is what an economist would object to the figures.
func (f *Facts) objectionTable(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	res, err := f.Appraised(ctx)
	if err != nil {
		return nil, err
	}
	t := &report.Table{Caption: "What an economist would object", Header: []string{"Objection", "Why", "Of"}, Numeric: make([]bool, 3)}
	at := map[string]int{}
	for _, i := range p.Chosen {
		item, _ := res.Item(i.ID)
		for _, w := range item.Warnings {
			if k, seen := at[w.Text]; seen {
				t.Rows[k][2][0].Words += "; " + i.Name
				continue
			}
			at[w.Text] = len(t.Rows)
			ref := appraisal.Ref(i.ID, appraisal.KeyJobs, res.Settings)
			t.Rows = append(t.Rows, []report.Text{cell(words(w.Text, ref)), cell(words(w.Reason, ref)), plain(i.Name)})
		}
	}
	if len(t.Rows) == 0 {
		return []report.Block{report.Paragraph("The checks of the appraisal object to nothing.")}, nil
	}
	return []report.Block{{Table: t}}, nil
}

func (f *Facts) switchTable(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	res, err := f.Appraised(ctx)
	if err != nil {
		return nil, err
	}
	t := &report.Table{Caption: "Switching values", Header: []string{"Intervention", "What would have to be", "For what", "Value"}, Numeric: []bool{false, false, false, true},
		Note: report.Say("The value at which the answer turns, all else at its central value.")}
	for _, i := range p.Chosen {
		item, _ := res.Item(i.ID)
		for _, s := range item.Switches {
			if !s.OK {
				continue
			}
			ref := appraisal.Ref(i.ID, "switch-"+s.Ref, res.Settings)
			fig := report.Figure{Text: appraisal.SwitchText(s.Unit, s.Value), Ref: ref}
			if s.HasRange {
				fig.Range = appraisal.SwitchText(s.Unit, s.Low) + "–" + appraisal.SwitchText(s.Unit, s.High)
			}
			t.Rows = append(t.Rows, []report.Text{plain(i.Name), plain(s.Input), plain(s.Test), cell(fig)})
		}
	}
	if len(t.Rows) == 0 {
		return gap("No switching value can be said of the chosen interventions: of none of them both a cost and a quantity that it brings are on record.", "Add what each is expected to bring to the table of outcomes.", f.owner()), nil
	}
	return []report.Block{{Table: t}}, nil
}

// tornadoChart shows what moves the result of the chosen intervention with the highest public cost of which one can be drawn.
func (f *Facts) tornadoChart(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	res, err := f.Appraised(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range p.Chosen { // dearest first
		item, _ := res.Item(i.ID)
		t := item.Tornado
		if t.Key == "" || len(t.Bars) == 0 {
			continue
		}
		sp := chart.TornadoSpec{Title: fmt.Sprintf("%s: how far one assumption at a time moves %s", i.Name, strings.ToLower(appraisal.Label(t.Key)[:1])+appraisal.Label(t.Key)[1:]), Unit: appraisal.Label(t.Key), Now: t.Now, Width: 680,
			Format: func(v float64) string { return appraisal.Text(t.Key, v) }}
		for _, b := range t.Bars[:min(mostRows, len(t.Bars))] {
			sp.Bars = append(sp.Bars, chart.TornadoBar{Label: b.Name, Low: appraisal.Short(b.Name, b.Low), High: appraisal.Short(b.Name, b.High), AtLow: b.AtLow, AtHigh: b.AtHigh})
		}
		c := chart.Tornado(sp)
		return []report.Block{{Chart: &c}}, nil
	}
	return gap("Which assumption matters most cannot be shown: no chosen intervention has a quantity that it brings on record.", "Add what each is expected to bring to the table of outcomes.", f.owner()), nil
}
