package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/cluster"
	"milieu/internal/geo"
	"milieu/internal/live"
	"milieu/internal/profile"
	"milieu/internal/report"
)

// ProfileView is what the index of the release says of an area, whatever its borders.
type ProfileView struct {
	Answer       profile.Answer
	Basis        []Choice
	Levels       []Choice
	Against      []Choice
	AgainstName  string
	Keep         []Choice // of the address, hidden in forms: what names the area
	LeftOut      string   // whom the basis leaves out of the whole release, and why
	LevelName    string
	Ranked       []QuotientLine
	RankedAll    int
	RankedRef    string
	Few          []QuotientLine
	FewAll       int
	Scale        string // of the interval bars
	Sections     []PartLine
	Sectors      []PartLine
	Largest      []MemberLine
	Members      string // path of the list of all
	FoundedChart chart.Chart
	FoundedRef   string
	GrowthText   report.Text
	Diversity    []MeasureLine
	Units        *UnitsView
	UnitCodes    []Choice
	quotientsAll []profile.Quotient
	long         bool // references to the area are so long that only some figures have one
}

// PartLine is one part of what an area holds.
type PartLine struct {
	Code, Name    string
	Organisations report.Figure
	Employees     string
	Percent       int // of the largest, for the bar
}

// QuotientLine is one industry with its location quotient.
type QuotientLine struct {
	Code, Name    string
	Organisations report.Figure
	Wider         string
	Quotient      report.Figure
	Range         chart.Chart
	Employees     string
	Verdict       string
}

// MeasureLine is one measure in words.
type MeasureLine struct {
	Key, Label, Meaning string
	Figure              report.Figure
}

// MemberLine is one organisation of an area.
type MemberLine struct {
	ID, Name, Path string
	Lon, Lat       float64
	Employees      int // -1 where not known
}

const (
	rankedMost = 25
	fewMost    = 40
	// mostReference is how long the reference of an area may be so that every figure has its own.
	mostReference = 80
)

// levelNames are the levels at which industries are counted.
var levelNames = []struct{ key, label, plural string }{
	{"industry", "Industries", "industries"}, {"division", "Divisions (two digits)", "divisions"}, {"section", "Sections (letters)", "sections"}, {"sector", "Sectors of the workspace", "sectors"},
}

// basisNames are where an organisation may be said to be.
var basisNames = []struct {
	basis         profile.Basis
	label, clause string
}{
	{profile.Any, "Places of work, else the registered office", "Organisations count where they work; those whose places of work no source knows, at their registered office, unless that is an address of mass registration."},
	{profile.Work, "Places of work only", "Organisations count where they work. Those whose places of work no source knows are left out."},
	{profile.Office, "Registered offices only", "Organisations count at their registered office, where nobody need work. Addresses of mass registration are left out."},
}

// profileAsked is what the address asks of a profile.
type profileAsked struct {
	profile.Question
	level   string
	against string // area reference, "" for the nation
	units   string // code of the part that is held against other boundaries
}

func parseProfile(q url.Values) (profileAsked, error) {
	var ask profileAsked
	basis, err := profile.ParseBasis(q.Get("basis"))
	if err != nil {
		return ask, badRequest("%s.", capital(err.Error()))
	}
	ask.Basis, ask.Mass = basis, q.Get("mass") == "yes"
	ask.level, ask.against, ask.units = q.Get("level"), q.Get("against"), q.Get("units")
	if ask.level == "" {
		return ask, nil
	}
	for _, l := range levelNames {
		if l.key == ask.level {
			return ask, nil
		}
	}
	return ask, badRequest("There is no level %.20q; there are industry, division, section and sector.", ask.level)
}

// smallArea is the number of organisations below which an area is shown by division: of hundreds of
// industries hardly any would have enough.
const smallArea = 2000

// profileRef is how references name an area: one that is not in the release by its shape.
func (a foundArea) profileRef() string {
	if a.Built || a.Text != "" {
		return a.Ref
	}
	text, err := geo.EncodeShape(a.Geometry)
	if err != nil {
		return a.Ref // it was decoded from such a text, so there is one
	}
	return drawnSet + "/" + text
}

// profileView reckons the profile of an area, nil where the release has no index.
func (s *Server) profileView(r *http.Request, snap *live.Snapshot, a foundArea) (*ProfileView, error) {
	if snap.Book == nil {
		return nil, nil
	}
	ask, err := parseProfile(r.URL.Query())
	if err != nil {
		return nil, err
	}
	v := &ProfileView{Answer: snap.Book.Profile(a.Geometry, ask.Question), AgainstName: "the whole release", long: len(a.profileRef()) > mostReference}
	if ask.level == "" {
		ask.level = "industry"
		if v.Answer.Organisations < smallArea {
			ask.level = "division"
		}
	}
	against, wider := "", snap.Book.Nation(ask.Question)
	if ask.against != "" {
		other, err := s.findArea(r, snap, ask.against)
		if err != nil {
			return nil, err
		}
		against, wider, v.AgainstName = other.profileRef(), snap.Book.Profile(other.Geometry, ask.Question), other.Name
	}
	v.controls(r, snap, a, ask)
	v.LeftOut += leftOut(snap, ask.Question) + whereCounted(snap, a, ask.Question, v.Answer.Organisations)
	quotients, err := profile.Quotients(v.Answer, wider, ask.level)
	if err != nil {
		return nil, badRequest("%s.", capital(err.Error()))
	}
	v.quotientsAll = quotients
	v.quotients(a.profileRef(), ask, against, quotients)
	v.parts(a.profileRef(), ask)
	v.trends(a.profileRef(), ask)
	v.diversity(a.profileRef(), ask, snap.Book.Nation(ask.Question))
	v.Largest = membersOf(snap, a, ask.Question, largestRows)
	v.Members = "/profile/organisations?" + v.query(a, "basis", string(ask.Basis)).Encode()
	return v, v.units(r, snap, a, ask, quotients)
}

// query names the area and the settings in an address.
func (v *ProfileView) query(a foundArea, pairs ...string) url.Values {
	q := url.Values{}
	for _, k := range v.Keep {
		q.Add(k.Label, k.Value)
	}
	if len(v.Keep) == 0 {
		q.Set("area", a.Ref)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" && pairs[i+1] != string(profile.Any) {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}

// areaKeys are the keys of an address that name the area of the page /profile.
var areaKeys = []string{"shape", "kept", "near", "m", "site", "join", "name", "made"}

func (v *ProfileView) controls(r *http.Request, snap *live.Snapshot, a foundArea, ask profileAsked) {
	q := r.URL.Query()
	for _, key := range areaKeys {
		for _, value := range q[key] {
			v.Keep = append(v.Keep, Choice{Label: key, Value: value})
		}
	}
	for _, b := range basisNames {
		v.Basis = append(v.Basis, Choice{Value: string(b.basis), Label: b.label, Current: b.basis == ask.Basis})
		if b.basis == ask.Basis {
			v.LeftOut = b.clause
		}
	}
	for _, l := range levelNames {
		if l.key == "sector" && len(snap.Book.Sectors()) == 0 {
			continue
		}
		v.Levels = append(v.Levels, Choice{Value: l.key, Label: l.label, Current: l.key == ask.level})
		if l.key == ask.level {
			v.LevelName = l.plural
		}
	}
	v.Against = []Choice{{Value: "", Label: "The whole release", Current: ask.against == ""}}
	lon, lat, ok := geo.InsidePoint(a.Geometry)
	seen := map[string]bool{a.Ref: true, "": true}
	if ok {
		for _, around := range snap.Orgs.Around(lon, lat) {
			if ref := around.Set + "/" + around.ID; !seen[ref] {
				seen[ref] = true
				v.Against = append(v.Against, Choice{Value: ref, Label: around.Name, Current: ref == ask.against})
			}
		}
	}
	if !seen[ask.against] {
		v.Against = append(v.Against, Choice{Value: ask.against, Label: v.AgainstName, Current: true})
	}
}

// whereCounted says how many of an area's organisations count at a place of work, and how many at a
// registered office for want of one.
func whereCounted(snap *live.Snapshot, a foundArea, q profile.Question, all int) string {
	if q.Basis != profile.Any || all == 0 {
		return ""
	}
	q.Basis = profile.Work
	work := snap.Book.Profile(a.Geometry, q).Organisations
	return fmt.Sprintf(" Here %s count at a place of work and %s at a registered office.", chart.Number(float64(work), 0), chart.Number(float64(all-work), 0))
}

// leftOut says whom a way of counting leaves out of the whole release, as a sentence after another.
func leftOut(snap *live.Snapshot, q profile.Question) string {
	words := snap.Book.LeftOut(q).Words()
	if words == "" {
		return ""
	}
	return " " + words + "."
}

// ref is the reference of a figure, none where it would be so long that every row of a table weighed
// more than all that the table says; the head of the table has it then.
func (v *ProfileView) ref(area string, q profile.Question, against string, measure ...string) string {
	if v.long {
		return ""
	}
	return profile.Ref(area, q, against, measure...)
}

func (v *ProfileView) quotients(area string, ask profileAsked, against string, all []profile.Quotient) {
	ranked := profile.Ranked(all)
	v.RankedAll = len(ranked)
	ranked = ranked[:min(rankedMost, len(ranked))]
	top := 2.0
	for _, x := range ranked {
		if x.LQ.Defined {
			top = max(top, min(x.LQ.Hi, quotientTop))
		}
	}
	v.Scale = chart.Number(top, 1)
	if len(ranked) > 0 {
		v.RankedRef = profile.Ref(area, ask.Question, against, "quotient", ask.level, ranked[0].Code)
	}
	for _, x := range ranked {
		v.Ranked = append(v.Ranked, v.line(area, ask, against, x, top))
	}
	for _, x := range all {
		if x.Verdict != "few" || x.Organisations == 0 {
			continue
		}
		if v.FewAll++; len(v.Few) < fewMost {
			v.Few = append(v.Few, QuotientLine{Code: x.Code, Name: cluster.ShortName(x.Name), Organisations: report.CountFigure(int64(x.Organisations), "")})
		}
	}
}

var verdicts = map[string]string{"more": "more than chance", "fewer": "fewer than chance", "": "chance would do"}

func (v *ProfileView) line(area string, ask profileAsked, against string, x profile.Quotient, top float64) QuotientLine {
	l := QuotientLine{Code: x.Code, Name: cluster.ShortName(x.Name), Wider: chart.Number(float64(x.Wider), 0), Verdict: verdicts[x.Verdict], Employees: knownEmployees(x.Known, x.Employees),
		Organisations: report.CountFigure(int64(x.Organisations), v.ref(area, ask.Question, "", "organisations", ask.level, x.Code))}
	if x.LQ.Defined {
		l.Quotient = report.NumberFigure(x.LQ.Value, x.LQ.Lo, x.LQ.Hi, 1, v.ref(area, ask.Question, against, "quotient", ask.level, x.Code))
		l.Range = chart.Range(chart.RangeSpec{Title: "Quotient", Value: x.LQ.Value, Interval: chart.Interval{Lo: x.LQ.Lo, Hi: x.LQ.Hi}, Max: top, Ref: 1, Decimals: 1})
	}
	return l
}

// knownEmployees writes a number of employees, "" where accounts state none.
func knownEmployees(known int, employees int64) string {
	if known == 0 {
		return ""
	}
	return chart.Number(float64(employees), 0)
}

func (v *ProfileView) parts(area string, ask profileAsked) {
	lines := func(level string, counts []profile.Count) []PartLine {
		most := 1
		for _, c := range counts {
			most = max(most, c.Organisations)
		}
		var out []PartLine
		for _, c := range counts {
			out = append(out, PartLine{Code: c.Code, Name: c.Name, Employees: knownEmployees(c.Known, c.Employees), Percent: 100 * c.Organisations / most,
				Organisations: report.CountFigure(int64(c.Organisations), v.ref(area, ask.Question, "", "organisations", level, c.Code))})
		}
		return out
	}
	v.Sections, v.Sectors = lines("section", v.Answer.Sections), lines("sector", v.Answer.Sectors)
}

// foundedYears is how many years the chart of foundings shows.
const foundedYears = 30

func (v *ProfileView) trends(area string, ask profileAsked) {
	var columns []chart.Column
	for _, y := range v.Answer.Founded {
		if y.Year > v.Answer.Latest()-foundedYears {
			columns = append(columns, chart.Column{Label: fmt.Sprint(y.Year), Value: float64(y.Organisations)})
		}
	}
	if len(columns) > 1 {
		v.FoundedChart = chart.Columns(chart.ColumnsSpec{Title: "Organisations by year of founding", Unit: "Organisations", Name: "Year", Columns: columns})
		v.FoundedRef = profile.Ref(area, ask.Question, "", "founded", columns[len(columns)-1].Label)
	}
	g := v.Answer.Growth
	if g.Organisations == 0 {
		return
	}
	ref := profile.Ref(area, ask.Question, "", "growth")
	v.GrowthText = report.Say("Of %v organisations whose accounts state employees for both years, %v grew, %v stayed and %v shrank; together they went from %v to %v employees.",
		report.CountFigure(int64(g.Organisations), ref), chart.Number(float64(g.Grew), 0), chart.Number(float64(g.Same), 0), chart.Number(float64(g.Shrank), 0),
		chart.Number(float64(g.Before), 0), chart.Number(float64(g.After), 0))
	if g.Defined {
		v.GrowthText = append(v.GrowthText, report.Say(" That is %v.", percentChange(g.Change, g.Lo, g.Hi, ref))...)
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// percentChange is a change as a figure in per cent; v is a share.
func percentChange(v, lo, hi float64, ref string) report.Figure {
	sign := func(x float64) string {
		t := chart.Number(100*x, 1)
		if x > 0 {
			t = "+" + t
		}
		return t
	}
	f := report.Figure{Text: sign(v), Unit: "%", Ref: ref}
	if finite(lo) && finite(hi) && (lo != v || hi != v) {
		f.Range = sign(lo) + " to " + sign(hi)
	}
	return f
}

// diverse are the measures of how an area is made up that its page shows.
var diverse = map[string]string{
	"young": "", "size": "", "entropy": "Higher is more diverse.", "hhi": "1 where all are of one industry.", "hachman": "1 where the mix is that of the whole release, less the more special it is.",
}

func (v *ProfileView) diversity(area string, ask profileAsked, nation profile.Answer) {
	for _, m := range profile.Measures(v.Answer, nation) {
		meaning, shown := diverse[m.Key]
		if shown && m.Known {
			v.Diversity = append(v.Diversity, MeasureLine{m.Key, m.Label, meaning, measureFigure(m, profile.Ref(area, ask.Question, "", "measure", m.Key))})
		}
	}
}

// measureFigure is a measure ready to be shown.
func measureFigure(m profile.Measure, ref string) report.Figure {
	f := report.Figure{Text: chart.Number(m.Value, m.Decimals), Ref: ref}
	if m.Interval && finite(m.Lo) && finite(m.Hi) {
		f = report.NumberFigure(m.Value, m.Lo, m.Hi, m.Decimals, ref)
	}
	if m.Unit == "%" {
		f.Unit = "%"
	}
	return f
}

// quotientWords writes a quotient with its interval, for tables of other boundaries.
func quotientWords(v, lo, hi float64) string {
	return strings.TrimSpace(chart.Number(v, 1) + " (" + chart.Number(lo, 1) + "–" + chart.Number(hi, 1) + ")")
}
