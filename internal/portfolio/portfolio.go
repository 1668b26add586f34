// Package portfolio owns interventions, the two lenses under which they are
// looked at (what grows the cluster, what firms want), kept apart on purpose,
// and the plan: the best set under a budget, proven so. Evidence of effects and
// ties comes from the release; the optimisation is the kernel milp.
package portfolio

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/report"
	"milieu/internal/stat"
)

// Level of the intervals of scores that are reckoned here. Those of surveys have their own (Score.Confidence).
const Level = 0.90

// Lens is a question under which interventions are compared. No lens is the sum
// of others.
type Lens string

// The lenses.
const (
	Growth Lens = "growth" // what grows the cluster
	Demand Lens = "demand" // what firms want now
	// Invented is what firms want by answers that a model made up. It is there where no firm has been asked, to show
	// how the lens works; no plan and no case is made of it.
	Invented Lens = "invented"
)

// Label is the lens in words.
func (l Lens) Label() string {
	switch l {
	case Demand:
		return "what firms use or ask for now"
	case Invented:
		return "what firms would ask for (invented)"
	}
	return "what grows the cluster"
}

// ParseLens reads a lens of which a plan can be made.
func ParseLens(s string) (Lens, error) {
	switch Lens(s) {
	case Growth, Demand:
		return Lens(s), nil
	}
	return "", fmt.Errorf("lens %q is neither growth nor demand", s)
}

// Score is what the evidence says of an intervention under a lens: a share
// between 0 and 1 with a 90 % interval. Unknown means that there is no evidence,
// which is not the same as a low score.
type Score struct {
	Known         bool
	Value, Lo, Hi float64
	Confidence    float64 // of the interval; 0 is Level
	Basis         string  // what the score says and from what
	Caution       string  // what it does not say
	Ref           string
	Asked         *Asked // where it is what firms said in a survey
}

// Interval is the confidence of the score's interval, as "90 %".
func (s Score) Interval() string {
	level := s.Confidence
	if level == 0 {
		level = Level
	}
	return chart.Number(100*level, 0) + " %"
}

// Figure is the score as shown, in percent.
func (s Score) Figure() report.Figure {
	f := report.NumberFigure(100*s.Value, 100*s.Lo, 100*s.Hi, 0, s.Ref)
	f.Unit = "%"
	return f
}

// Intervention is something proposed, under way or done, with its scores.
type Intervention struct {
	ID, Name, Place, Lead, Category string
	CostP                           sql.NullInt64
	Start, End                      sql.NullInt64
	Outputs, Status, Stage, Region  string
	Horizon, Benefits, Scope        string
	EffectType                      string
	DemandKinds                     []string
	ClassifiedBy, Basis, Note       string
	SourceURL                       string
	SourceYear                      sql.NullInt64
	Problem, ProblemURL, Grade      string // grade of the evidence: controlled, compared, reasoned or asserted
	Partners, Classes               []string
	Record                          evidence.Record
	Growth, Demand                  Score
	Invented                        Score          // of Lens Invented; not known where firms have been asked
	Use                             Score          // use by firms on record: Demand where no firm has been asked
	Asked                           []Asked        // all that surveys came to on it
	GrowthRank, DemandRank          stat.RankRange // among those with a known score; zero when unknown
	InventedRank                    stat.RankRange
	effect                          effect
	local                           LocalEffect // own evaluations of the type
	firms                           int
	users                           []string // ids of the ties that show use
	usersN                          int
}

// Overlaps says that the basis warns against adding the cost to that of another
// row, which holds it or is held by it.
func (i Intervention) Overlaps() bool { return strings.Contains(i.Basis, "do not add both") }

// Score is the intervention's score under a lens.
func (i Intervention) Score(l Lens) Score {
	switch l {
	case Demand:
		return i.Demand
	case Invented:
		return i.Invented
	}
	return i.Growth
}

// Rank is the range of the intervention's rank under a lens.
func (i Intervention) Rank(l Lens) stat.RankRange {
	switch l {
	case Demand:
		return i.DemandRank
	case Invented:
		return i.InventedRank
	}
	return i.GrowthRank
}

// Cost is the cost as shown.
func (i Intervention) Cost() report.Figure {
	return report.MoneyFigure(i.CostP.Int64, evidence.MakeRef("intervention", []string{i.ID, "cost"}))
}

// Open says whether the intervention can still be chosen: stages is the list of
// stages open to choice, regions that of regions; empty lists take all.
func (i Intervention) Open(regions, stages []string) bool {
	return among(i.Region, regions) && among(i.Stage, stages)
}

func among(s string, list []string) bool {
	if len(list) == 0 {
		return true
	}
	for _, l := range list {
		if folded(l) == folded(s) {
			return true
		}
	}
	return false
}

// effect is the counted evidence for a type of programme.
type effect struct {
	kind, label, reference, url string
	positive, studies           int
	record                      evidence.Record
}

const interventionQuery = `select intervention_id, name, coalesce(place, ''), coalesce(lead, ''), coalesce(category, ''), cost_p, start_year, end_year,
  coalesce(expected_outputs, ''), coalesce(status, ''), coalesce(stage, ''), coalesce(region, ''), coalesce(horizon, ''), coalesce(benefits, ''),
  coalesce(scope, ''), coalesce(effect_type, ''), coalesce(demand_kinds, ''), coalesce(classified_by, ''), coalesce(basis, ''), coalesce(note, ''),
  coalesce(source_url, ''), source_year, coalesce(problem, ''), coalesce(problem_url, ''), coalesce(grade, ''), coalesce(partners, ''), coalesce(classes, ''), source, file, line
from intervention order by source, line`

// Interventions reads all interventions with both scores and the ranges of their
// ranks, in the order of the source. Scores of growth count the workspace's own evaluations
// (see LocalEvidence) beside the studies of the review. Regions, categories and types that
// differ in case, spaces or hyphens only are written alike.
func Interventions(ctx context.Context, q lake.Querier) ([]Intervention, error) {
	effects, err := readEffects(ctx, q)
	if err != nil {
		return nil, err
	}
	use, err := readUse(ctx, q)
	if err != nil {
		return nil, err
	}
	asked, err := readAsked(ctx, q)
	if err != nil {
		return nil, err
	}
	var own Register // of it, only the evaluations are needed
	if err := own.readDelivery(ctx, q); err != nil {
		return nil, err
	}
	real, invented := listen(asked, false), listen(asked, true)
	rows, err := q.QueryContext(ctx, interventionQuery)
	if err != nil {
		return nil, fmt.Errorf("interventions: %w", err)
	}
	defer rows.Close()
	var out []Intervention
	for rows.Next() {
		var i Intervention
		var kinds, partners, classes string
		if err := rows.Scan(&i.ID, &i.Name, &i.Place, &i.Lead, &i.Category, &i.CostP, &i.Start, &i.End, &i.Outputs, &i.Status, &i.Stage, &i.Region,
			&i.Horizon, &i.Benefits, &i.Scope, &i.EffectType, &kinds, &i.ClassifiedBy, &i.Basis, &i.Note, &i.SourceURL, &i.SourceYear, &i.Problem, &i.ProblemURL, &i.Grade, &partners, &classes,
			&i.Record.Source, &i.Record.File, &i.Record.Line); err != nil {
			return nil, fmt.Errorf("interventions: %w", err)
		}
		i.DemandKinds, i.Partners, i.Classes = listed(kinds), listed(partners), listed(classes)
		i.use(use)
		i.Demand = i.Use
		i.hear(asked[i.ID], real, invented)
		out = append(out, i)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("interventions: %w", err)
	}
	spellAlike(out, effects)
	local := LocalEvidence(own, out)
	for k := range out {
		out[k].growth(effects, local)
	}
	rank(out)
	return out, nil
}

func readEffects(ctx context.Context, q lake.Querier) (map[string]effect, error) {
	rows, err := q.QueryContext(ctx, "select effect_type, label, positive, studies, coalesce(reference, ''), coalesce(source_url, ''), source, file, line from effect order by effect_type")
	if err != nil {
		return nil, fmt.Errorf("effect evidence: %w", err)
	}
	defer rows.Close()
	out := map[string]effect{}
	for rows.Next() {
		var e effect
		if err := rows.Scan(&e.kind, &e.label, &e.positive, &e.studies, &e.reference, &e.url, &e.record.Source, &e.record.File, &e.record.Line); err != nil {
			return nil, fmt.Errorf("effect evidence: %w", err)
		}
		if e.positive > e.studies {
			return nil, fmt.Errorf("%s line %d: %d positive of %d studies", e.record.File, e.record.Line, e.positive, e.studies)
		}
		out[e.kind] = e
	}
	return out, rows.Err()
}

// usage is which firms on record have ties of which kind.
type usage struct {
	firms int                            // firms that the team has on record
	byTie map[string]map[string][]string // kind -> firm -> tie ids
}

func readUse(ctx context.Context, q lake.Querier) (usage, error) {
	u := usage{byTie: map[string]map[string][]string{}}
	if err := q.QueryRowContext(ctx, "select count(*) from organisation where origin = 'team' and list_contains(string_split(roles, ';'), 'firm')").Scan(&u.firms); err != nil {
		return u, fmt.Errorf("firms on record: %w", err)
	}
	rows, err := q.QueryContext(ctx, `select t.kind, o.org_id, t.tie_id from tie_end t
join organisation o on o.org_id = t.org_id
where o.origin = 'team' and list_contains(string_split(o.roles, ';'), 'firm') order by t.kind, o.org_id, t.tie_id`)
	if err != nil {
		return u, fmt.Errorf("ties of firms: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var kind, firm, tie string
		if err := rows.Scan(&kind, &firm, &tie); err != nil {
			return u, fmt.Errorf("ties of firms: %w", err)
		}
		if u.byTie[kind] == nil {
			u.byTie[kind] = map[string][]string{}
		}
		u.byTie[kind][firm] = append(u.byTie[kind][firm], tie)
	}
	return u, rows.Err()
}

// use sets how many firms on record already use something of the kind: what stands for demand where no firm has been asked.
func (i *Intervention) use(use usage) {
	i.Use.Ref = evidence.MakeRef("demand", []string{i.ID})
	if len(i.DemandKinds) == 0 || use.firms == 0 {
		i.Use.Basis = "no record shows what firms want here, and no survey is in this release: ask them"
		return
	}
	i.firms = use.firms
	seen := map[string]bool{}
	for _, kind := range i.DemandKinds {
		for firm, ties := range use.byTie[kind] {
			seen[firm] = true
			i.users = append(i.users, ties...)
		}
	}
	sort.Strings(i.users)
	i.users = unique(i.users)
	i.usersN = len(seen)
	w := stat.WilsonInterval(len(seen), use.firms, Level)
	i.Use = Score{Known: true, Value: float64(len(seen)) / float64(use.firms), Lo: w.Lo, Hi: w.Hi, Ref: i.Use.Ref,
		Basis:   fmt.Sprintf("%d of %d firms on record already use something of this kind (%s)", len(seen), use.firms, kindWords(i.DemandKinds)),
		Caution: "use shows demand that is met; what firms miss shows only in a survey"}
}

func kindWords(kinds []string) string {
	return strings.ReplaceAll(strings.Join(kinds, ", "), "_", " ")
}

func unique(s []string) []string {
	var out []string
	for i, v := range s {
		if i == 0 || s[i-1] != v {
			out = append(out, v)
		}
	}
	return out
}

// rank sets the ranges of ranks among the known scores.
func rank(all []Intervention) {
	for _, l := range []Lens{Growth, Demand, Invented} {
		var at []int
		var iv []stat.Interval
		for i := range all {
			if s := all[i].Score(l); s.Known {
				at = append(at, i)
				iv = append(iv, stat.Interval{Lo: s.Lo, Hi: s.Hi})
			}
		}
		for k, r := range stat.RankRanges(iv) {
			switch i := &all[at[k]]; l {
			case Growth:
				i.GrowthRank = r
			case Demand:
				i.DemandRank = r
			default:
				i.InventedRank = r
			}
		}
	}
}

// ByLens sorts for a ranking: known scores first, the higher first, then by name.
func ByLens(all []Intervention, l Lens) []Intervention {
	out := append([]Intervention{}, all...)
	sort.SliceStable(out, func(a, b int) bool {
		x, y := out[a].Score(l), out[b].Score(l)
		if x.Known != y.Known {
			return x.Known
		}
		if x.Known && x.Value != y.Value {
			return x.Value > y.Value
		}
		return out[a].Name < out[b].Name
	})
	return out
}
