package facts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/bizcase"
	"milieu/internal/evidence"
	"milieu/internal/report"
)

// entry is something that can be inserted by name: a figure, or why it is not known now.
type entry struct {
	words  []string
	title  string
	figure report.Figure
	why    string // it is not known: the reason, and what to do
	quiet  bool   // it has a name, but is not listed: there are too many of its kind
	within string // the group that names list it in, where that is another than the one it is found in
}

func known(f report.Figure, title string, words ...string) entry {
	return entry{words: words, title: title, figure: f}
}

func unknown(why, title string, words ...string) entry {
	return entry{words: words, title: title, why: why}
}

// group is figures that are found together, by the first words of their names.
type group struct {
	name     string
	families []string
	list     func(*Facts, context.Context) ([]entry, error)
	// open finds what is not in the list, such as the quotient of another year; nil: there is nothing else. evidence.ErrNoFigure: the
	// name is none, and the nearest of the list is to be offered.
	open func(*Facts, context.Context, []string) (report.Figure, error)
}

// groups are all of them in the order of the case. It is a function of the package's own, filled once at the start, because the lists
// call back.
var groups []group

func init() {
	groups = []group{
		{"place", []string{"organisations", "facilities", "ties", "interventions", "place"}, (*Facts).placeList, nil},
		{"specialisation", []string{"special", "lq", "jobs"}, (*Facts).specialList, (*Facts).openSpecial},
		{"clusters", []string{"cluster"}, (*Facts).clusterList, nil},
		{"links", []string{"broker"}, (*Facts).linkList, nil},
		{"voices", []string{"asked", "voice"}, (*Facts).voiceList, (*Facts).openVoice},
		{"plan", []string{"plan", "lacking"}, (*Facts).planList, nil},
		{"options", []string{"option"}, (*Facts).optionList, nil},
		{"costs", []string{"year", "cost", "stated", "expected", "reported"}, (*Facts).costList, nil},
		{"appraisal", []string{"appraised", "intervention"}, (*Facts).appraisalList, nil},
		{"sequence", []string{"sequence"}, (*Facts).sequenceList, nil},
		{"risks", []string{"risk"}, (*Facts).riskList, nil},
		{"targets", []string{"targets", "indicator", "series"}, (*Facts).targetList, (*Facts).openSeries},
		{"parameters", []string{"parameter"}, (*Facts).parameterList, nil},
	}
}

// entries are those of a group, found once.
func (f *Facts) entries(ctx context.Context, g group) ([]entry, error) {
	return f.groups[g.name].get(ctx, func(ctx context.Context) ([]entry, error) {
		list, err := g.list(f, ctx)
		if err != nil {
			return nil, fmt.Errorf("facts of the case, %s: %w", g.name, err)
		}
		return list, nil
	})
}

// Figure is what a name or a reference stands for.
func (f *Facts) Figure(ctx context.Context, words []string) (report.Figure, error) {
	if len(words) == 0 {
		return report.Figure{}, &bizcase.UnknownError{Message: "the insertion names nothing"}
	}
	if len(words) == 1 && strings.ContainsAny(words[0], "/?") {
		return f.reference(ctx, words[0])
	}
	at := slices.IndexFunc(groups, func(g group) bool { return slices.Contains(g.families, folded(words[0])) })
	if at < 0 {
		return report.Figure{}, f.noFamily(words)
	}
	g := groups[at]
	list, err := f.entries(ctx, g)
	if err != nil {
		return report.Figure{}, err
	}
	key := joined(words)
	for _, same := range []func(string) string{func(s string) string { return s }, folded} {
		for _, e := range list {
			if same(joined(e.words)) != same(key) {
				continue
			}
			if e.why != "" {
				return report.Figure{}, &bizcase.UnknownError{Message: fmt.Sprintf("%s is not known now: %s", source(words), e.why)}
			}
			return e.figure, nil
		}
	}
	if g.open != nil {
		fig, err := g.open(f, ctx, words)
		if !errors.Is(err, evidence.ErrNoFigure) {
			return fig, err
		}
	}
	return report.Figure{}, nothing(words, list)
}

// joined is words as one key.
func joined(words []string) string { return strings.Join(words, "\x00") }

func folded(s string) string { return strings.ToLower(s) }

// source is words as they stand between the braces.
func source(words []string) string {
	out := make([]string, len(words))
	for k, w := range words {
		if out[k] = w; w == "" || strings.ContainsAny(w, " \t") {
			out[k] = `"` + strings.ReplaceAll(w, `"`, "”") + `"`
		}
	}
	return strings.Join(out, " ")
}

// noFamily says that the first word is none, with those that are.
func (f *Facts) noFamily(words []string) error {
	var names []string
	for _, g := range groups {
		names = append(names, g.families...)
	}
	slices.Sort(names)
	msg := fmt.Sprintf("nothing is called “%s”", source(words))
	if near := nearest(folded(words[0]), names, 2); len(near) > 0 {
		return &bizcase.UnknownError{Message: msg + ": did you mean " + strings.Join(near, " or ") + "?"}
	}
	return &bizcase.UnknownError{Message: msg + ": names begin with " + strings.Join(names, ", ") + "; a reference such as lq/south-yorkshire/25/2021 can stand too"}
}

// nothing says that a name is none of a list, with the nearest.
func nothing(words []string, list []entry) error {
	var names []string
	for _, e := range list {
		if e.why == "" {
			names = append(names, source(e.words))
		}
	}
	msg := fmt.Sprintf("nothing is called “%s”", source(words))
	if near := nearest(source(words), names, 3); len(near) > 0 {
		return &bizcase.UnknownError{Message: msg + ": did you mean " + strings.Join(near, ", or ") + "?"}
	}
	return &bizcase.UnknownError{Message: msg + ": pick one from the list of figures"}
}

// nearest are the names most like one, at most most, that differ in less than half of their letters.
func nearest(name string, names []string, most int) []string {
	type near struct {
		name string
		far  int
	}
	var list []near
	for _, n := range names {
		if d := distance(folded(name), folded(n)); 2*d <= max(len(name), len(n)) {
			list = append(list, near{n, d})
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return cmp.Or(cmp.Compare(a.far, b.far), strings.Compare(a.name, b.name)) })
	var out []string
	for _, n := range list[:min(most, len(list))] {
		if n.far <= list[0].far+2 {
			out = append(out, n.name)
		}
	}
	return out
}

// distance is how many letters must be put in, taken out or changed to make one text the other (Levenshtein 1966).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		before := row[0]
		row[0] = i + 1
		for j := range y {
			now := before
			if x[i] != y[j] {
				now = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], now
		}
	}
	return row[len(y)]
}

// Names lists what can be inserted by name now, in the order of the case: figures that are known, then tables and charts.
func (f *Facts) Names(ctx context.Context) ([]bizcase.Name, error) {
	var out []bizcase.Name
	for _, g := range groups {
		list, err := f.entries(ctx, g)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			if e.why != "" || e.quiet {
				continue
			}
			kind := "figure"
			if e.figure.Words {
				kind = "words"
			}
			out = append(out, bizcase.Name{Source: source(e.words), Kind: kind, Title: e.title, Group: cmp.Or(e.within, g.name), Value: e.figure.Plain(), Ref: e.figure.Ref})
		}
	}
	for _, b := range shown {
		out = append(out, bizcase.Name{Source: b.kind + " " + b.name, Kind: b.kind, Title: b.title, Group: b.group})
	}
	return out, nil
}

// Search lists names in which all words stand: in what is written, its title, group or value. No words find all.
func (f *Facts) Search(ctx context.Context, words string, most int) ([]bizcase.Name, error) {
	all, err := f.Names(ctx)
	if err != nil {
		return nil, err
	}
	var out []bizcase.Name
	for _, n := range all {
		text := folded(strings.Join([]string{n.Source, n.Title, n.Group, n.Value}, " "))
		if !slices.ContainsFunc(strings.Fields(folded(words)), func(w string) bool { return !strings.Contains(text, w) }) {
			out = append(out, n)
		}
	}
	if most > 0 && len(out) > most {
		out = out[:most]
	}
	return out, nil
}

// Has says whether something of that name is known now, by what stands between the braces.
func (f *Facts) Has(ctx context.Context, written string) (bool, error) {
	all, err := f.Names(ctx)
	return slices.ContainsFunc(all, func(n bizcase.Name) bool { return n.Source == written }), err
}
