package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
)

// valueField is what names of the form's fields begin with; what follows is the id of a parameter.
const valueField = "v."

// assumeGroups are the headings of the form, by the first part of a parameter's id.
var assumeGroups = []struct{ group, label string }{
	{"default", "What is taken away and added"}, {"persistence", "How effects come and go"}, {"worth", "What it is worth"},
	{"bias", "Optimism bias"}, {"discount", "Discounting"}, {"price", "Prices"}, {"appraisal", "Settings"},
}

// form fills the fields with the parameters that the figures rest on.
func (p *AppraisalPage) form(res appraisal.Result, item appraisal.Item) {
	used := slices.Clone(item.Used)
	for _, id := range []string{parameter.DefaultSchedule, "worth/jobs/national", "worth/jobs/local"} {
		if !slices.ContainsFunc(used, func(u appraisal.Used) bool { return u.ID == id }) {
			used = append(used, appraisal.Used{ID: id, For: "not used yet", Changed: slices.Contains(res.Changed, id)})
		}
	}
	for _, g := range assumeGroups {
		group := AssumeGroup{Label: g.label}
		for _, u := range used {
			if param, ok := res.Params.Get(u.ID); ok && param.Group() == g.group && (param.Kind == parameter.Number || param.Kind == parameter.Text) {
				group.Rows = append(group.Rows, assumeRow(param, u))
			}
		}
		if len(group.Rows) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	p.Draws, p.Seed = strconv.Itoa(res.Draws), strconv.FormatUint(res.Seed, 10)
	for _, a := range res.Starts {
		p.Hidden = append(p.Hidden, HiddenField{"start", a.ID + ":" + strconv.Itoa(a.Year)})
	}
	// What is changed and has no field here must not get lost.
	for _, a := range res.Assume {
		if !slices.ContainsFunc(used, func(u appraisal.Used) bool { return u.ID == a.Parameter }) {
			p.Hidden = append(p.Hidden, HiddenField{"assume", a.Parameter + ":" + a.Value})
		}
	}
}

func assumeRow(param parameter.Parameter, u appraisal.Used) AssumeRow {
	row := AssumeRow{ID: param.ID, Field: valueField + param.ID, Name: param.Name, Unit: param.Unit, For: u.For, Value: parameterText(param), Assumed: param.Assumed, Changed: u.Changed, Stale: u.Stale, Ref: parameter.Ref(param.ID)}
	if low, value, high, ok := param.Range(); ok && (low != value || high != value) {
		row.Range = numberOf(param, low) + " to " + numberOf(param, high)
	}
	return row
}

// numberOf writes a number with the unit of a parameter.
func numberOf(param parameter.Parameter, v float64) string {
	if strings.HasPrefix(param.Unit, "share") {
		return chart.Number(100*v, 0) + " %"
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// tryAssumptions turns the fields of the form into the address that holds what was changed, and sends the visitor there.
func (s *Server) tryAssumptions(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, id string) error {
	in, err := s.readInputs(r.Context(), snap)
	if err != nil {
		return err
	}
	faults := map[string]string{}
	if !slices.ContainsFunc(in.All, func(i portfolio.Intervention) bool { return i.ID == id }) {
		return notFound("There is no intervention %q in this release.", id)
	}
	q := r.URL.Query()
	out := url.Values{}
	usual := map[string]string{"draws": strconv.Itoa(appraisal.DefaultDraws), "seed": strconv.FormatUint(appraisal.DefaultSeed, 10)}
	for _, name := range []string{"start", "draws", "seed"} {
		for _, v := range q[name] {
			if v = strings.TrimSpace(v); v != "" && v != usual[name] {
				out.Add(name, v)
			}
		}
	}
	if assumed := typedAssumptions(in.Params, q, faults); len(assumed) > 0 {
		out["assume"] = assumed
	}
	typedDraws(q, faults)
	if len(faults) == 0 {
		s.tryOut(in.Only(id), out, faults)
	}
	if len(faults) > 0 {
		return s.showFaults(w, r, snap, id, faults)
	}
	http.Redirect(w, r, withQuery("/appraisal/"+url.PathEscape(id), out), http.StatusSeeOther)
	return nil
}

// tryOut reckons the intervention with few draws, to find values that fit each for itself and not together.
func (s *Server) tryOut(in appraisal.Inputs, out url.Values, faults map[string]string) {
	ask, err := portfolio.ReadAsk(url.Values{"assume": out["assume"], "start": out["start"]}, portfolio.Ask{Lens: portfolio.Growth})
	if err == nil {
		set := appraisal.Of(ask)
		set.Draws = 2
		_, err = appraisal.Appraise(context.Background(), in, set)
	}
	if err != nil {
		faults[wholeForm] = capital(err.Error()) + "."
	}
}

// wholeForm is the field of faults that no single field has.
const wholeForm = ""

// typedDraws checks the number of draws and the seed.
func typedDraws(q url.Values, faults map[string]string) {
	if v := strings.TrimSpace(q.Get("draws")); v != "" {
		if n, err := strconv.Atoi(v); err != nil || n < fewestDraws || n > portfolio.MostDraws {
			faults["draws"] = fmt.Sprintf("Give a whole number from %d to %d.", fewestDraws, portfolio.MostDraws)
		}
	}
	if v := strings.TrimSpace(q.Get("seed")); v != "" {
		if _, err := strconv.ParseUint(v, 10, 63); err != nil {
			faults["seed"] = "Give a whole number that is not negative, such as 2026."
		}
	}
}

// showFaults shows the form again with what was typed and what is wrong with it. The figures are those of the parameters in force.
func (s *Server) showFaults(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, id string, faults map[string]string) error {
	res, item, err := s.appraiseOne(r, snap, appraisal.Of(defaultAsk(snap)), id)
	if err != nil {
		return err
	}
	p := s.appraisalPage(r, snap, res, item)
	q := r.URL.Query()
	p.Faults, p.Hidden = faults, nil
	for _, name := range []string{"start", "assume"} {
		for _, v := range q[name] {
			p.Hidden = append(p.Hidden, HiddenField{name, v})
		}
	}
	for g := range p.Groups {
		for k := range p.Groups[g].Rows {
			row := &p.Groups[g].Rows[k]
			if q.Has(row.Field) {
				row.Value, row.Fault = q.Get(row.Field), faults[row.Field]
			}
			if row.Fault != "" {
				p.FaultList = append(p.FaultList, FaultLink{row.Field, row.Name + ": " + row.Fault})
			}
		}
	}
	if q.Has("draws") {
		p.Draws = q.Get("draws")
	}
	if q.Has("seed") {
		p.Seed = q.Get("seed")
	}
	for _, f := range []FaultLink{{"a-draws", "draws"}, {"a-seed", "seed"}} {
		if text := faults[f.Says]; text != "" {
			p.FaultList = append(p.FaultList, FaultLink{f.Field, capital(f.Says) + ": " + text})
		}
	}
	p.Fault = faults[wholeForm]
	s.write(w, r, http.StatusBadRequest, "appraisal", p)
	return nil
}

// typedAssumptions are the values that differ from the parameters in force, sorted; faults gets what is wrong, by field.
func typedAssumptions(set parameter.Set, q url.Values, faults map[string]string) []string {
	out := slices.Clone(q["assume"])
	for name, values := range q {
		id, isValue := strings.CutPrefix(name, valueField)
		if !isValue || len(values) == 0 {
			continue
		}
		now, known := set.Get(id)
		typed := strings.TrimSpace(values[0])
		if !known || typed == parameterText(now) || typed == "" {
			continue
		}
		changed, err := set.Assume(id, typed)
		if err != nil {
			faults[name] = faultText(now, err)
			continue
		}
		if after, _ := changed.Get(id); !sameParameter(now, after) {
			out = append(out, id+":"+typed)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// faultText is what is wrong with a value, for who reads it beside its field: without the name that the field has.
func faultText(p parameter.Parameter, err error) string {
	text := strings.TrimPrefix(err.Error(), p.Name+": ")
	text = strings.TrimPrefix(text, p.Name+" ("+p.ID+") ")
	if _, shares, ok := strings.Cut(text, "; shares lie"); ok {
		text = "shares lie" + shares
	}
	return capital(strings.TrimSuffix(text, ".")) + "."
}

// sameParameter says whether two have one value.
func sameParameter(a, b parameter.Parameter) bool {
	if a.Kind == parameter.Text || a.Value == nil || b.Value == nil {
		return a.Text == b.Text && (a.Value == nil) == (b.Value == nil)
	}
	return math.Abs(*a.Value-*b.Value) <= 1e-12*math.Max(1, math.Abs(*a.Value))
}

// costs lays the costs out by year and funder; what is shown adds up to what is shown below it.
func (p *AppraisalPage) costs(item appraisal.Item) {
	if len(item.Costs) == 0 {
		return
	}
	var real, net []float64
	var stated cash.Pence
	for _, c := range item.Costs {
		real, net = append(real, c.Real), append(net, c.Real*(1+c.Bias))
		stated += c.Stated
	}
	realShown, netShown := cash.Shown(real), cash.Shown(net)
	var realSum, netSum int64
	for k, c := range item.Costs {
		row := AppraisalCost{Year: strconv.Itoa(c.Year), Funder: c.Funder, Stated: chart.Number(c.Stated.Pounds(), 0), PriceYear: strconv.Itoa(c.PriceYear), Real: chart.Number(float64(realShown[k]), 0), Net: chart.Number(float64(netShown[k]), 0), Assumed: capital(c.Assumed), Private: c.Private, Bias: "none"}
		if c.Bias > 0 {
			row.Bias = fmt.Sprintf("%s %% (%s)", chart.Number(100*c.Bias, 0), words(c.Asset))
		}
		realSum, netSum = realSum+realShown[k], netSum+netShown[k]
		p.Costs = append(p.Costs, row)
	}
	p.CostTotal = AppraisalCost{Stated: chart.Number(stated.Pounds(), 0), Real: chart.Number(float64(realSum), 0), Net: chart.Number(float64(netSum), 0)}
}
