package web

import (
	"net/http"
	"strconv"

	"milieu/internal/live"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/report"
)

// ParametersPage lists what appraisals assume, with references, owners and days of review.
type ParametersPage struct {
	Base
	Finding string
	Stale   []ParameterRow
	Groups  []ParameterGroup
	Ours    int // from the workspace's own files
	CSV     string
}

// ParameterGroup is the parameters of one kind of assumption.
type ParameterGroup struct {
	ID, Label, About string
	Used             string // what reads it
	Rows             []ParameterRow
}

// ParameterRow is one parameter.
type ParameterRow struct {
	parameter.Parameter
	Shown   report.Figure
	Review  string // day in words
	Overdue bool
	Used    string // by what
	Serves  string // the interventions of its category, counted
	Whole   string // the value in full where it is too long for its column
	Same    bool   // the row before has the same reference
}

// parameterGroups are the groups in the order of an appraisal.
var parameterGroups = []ParameterGroup{
	{ID: "appraisal", Label: "Settings of appraisals", About: "Base year, years looked at, and how uncertain inputs hang together."},
	{ID: "price", Label: "Prices", About: "Amounts of different years are brought to the prices of the base year."},
	{ID: "discount", Label: "Discounting", About: "What a pound of a later year is worth in the base year."},
	{ID: "bias", Label: "Optimism bias", About: "How far past projects of a type overran; the value is the upper bound, the low end what is left when all causes are managed."},
	{ID: "default", Label: "Additionality assumed by category", About: "What is taken of a gross effect where nothing is stated for the intervention."},
	{ID: "additionality", Label: "Additionality: levels of the ready reckoner", About: "What the levels stand for; the assumptions by category take theirs from here."},
	{ID: "persistence", Label: "Persistence", About: "How long effects take to come and how long they last."},
	{ID: "worth", Label: "What an outcome is worth", About: "From the point of view of the country or of the place. Without a value an outcome is counted and not summed in money."},
	{ID: "rating", Label: "Names of benefit-cost ratios", About: "Each department has its own; none is a pass or a fail."},
	{ID: "subsidy", Label: "Subsidy control", About: "Thresholds that awards are held against."},
	{ID: "", Label: "Others", About: "Parameters of the workspace's own."},
}

// parameterUses say what reads a group of parameters.
var parameterUses = map[string]string{
	"appraisal": "appraisal", "price": "appraisal", "discount": "appraisal, plan by net present social value, calc appraise", "bias": "appraisal, draws of the plan", "default": "appraisal",
	"additionality": "the assumptions by category", "persistence": "appraisal", "worth": "appraisal", "rating": "appraisal", "subsidy": "subsidies",
}

var parameterHeader = []string{"id", "name", "kind", "value", "low", "high", "text", "unit", "price_year", "in_words", "in_force", "version", "reference", "url", "owner", "review_by", "overdue", "assumed", "note", "used_by", "file", "line"}

func (s *Server) parametersPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	set, err := s.parameters()
	if err != nil {
		return err
	}
	uses, err := categoryUses(r, snap)
	if err != nil {
		return err
	}
	rows := parameterRows(set, uses)
	if wantsCSV(r) {
		return writeCSV(w, "parameters", parameterHeader, parameterTable(rows))
	}
	p := ParametersPage{Base: s.base(r, snap, "Parameters", "/parameters"), CSV: "/parameters?format=csv"}
	for _, row := range rows {
		if row.Overdue {
			p.Stale = append(p.Stale, row)
		}
		if row.Ours {
			p.Ours++
		}
	}
	p.Groups = groupParameters(rows)
	p.Finding = counted(len(rows), "assumption", "assumptions") + ", " + counted(len(p.Stale), "of them overdue for review", "of them overdue for review")
	if len(p.Stale) == 0 {
		p.Finding = counted(len(rows), "assumption", "assumptions") + ", each with an owner; none is overdue for review"
	}
	return s.render(w, r, "parameters", p)
}

// categoryUses counts the interventions of each category by its slug.
func categoryUses(r *http.Request, snap *live.Snapshot) (map[string]int, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return nil, err
	}
	uses := map[string]int{}
	for _, i := range all {
		uses[parameter.Slug(i.Category)]++
	}
	return uses, nil
}

func parameterRows(set parameter.Set, uses map[string]int) []ParameterRow {
	var rows []ParameterRow
	for _, p := range set.All() {
		row := ParameterRow{Parameter: p, Review: dayWords(p.ReviewBy), Overdue: p.Stale(set.Day()), Used: parameterUses[p.Group()]}
		row.Shown = report.Figure{Text: p.Brief(), Range: p.SaysRange(), Ref: parameter.Ref(p.ID)}
		if p.None == "" && row.Shown.Range == "" && p.Brief() != p.Says() {
			row.Whole = capitalise(p.Says()) + "."
		}
		if category := p.Category(); category != "" && category != "any" {
			row.Serves = counted(uses[category], "intervention", "interventions")
			row.Used += ": " + row.Serves
		}
		rows = append(rows, row)
	}
	return rows
}

func groupParameters(rows []ParameterRow) []ParameterGroup {
	at := map[string]int{}
	groups := make([]ParameterGroup, len(parameterGroups))
	for i, g := range parameterGroups {
		groups[i], at[g.ID] = g, i
		groups[i].Used = parameterUses[g.ID]
	}
	for _, row := range rows {
		i, ok := at[row.Group()]
		if !ok {
			i = at[""]
		}
		if n := len(groups[i].Rows); n > 0 {
			row.Same = row.Reference.Title != "" && groups[i].Rows[n-1].Reference == row.Reference
		}
		groups[i].Rows = append(groups[i].Rows, row)
	}
	var out []ParameterGroup
	for _, g := range groups {
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func parameterTable(rows []ParameterRow) [][]string {
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	var out [][]string
	for _, p := range rows {
		out = append(out, []string{p.ID, p.Name, p.Kind, number(p.Value), number(p.Low), number(p.High), p.Text, p.Unit, priceYear(p.PriceYear), p.Says(), p.From, p.Version, p.Reference.Title, p.Reference.URL, p.Owner, p.ReviewBy,
			yesNo(p.Overdue), yesNo(p.Assumed), p.Note, p.Used, p.File, strconv.Itoa(p.Line)})
	}
	return out
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func priceYear(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}
