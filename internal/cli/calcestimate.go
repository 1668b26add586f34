package cli

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/sampling"
)

func calcSurveyMean(fs *flag.FlagSet) calcRun {
	of := fs.String("of", "mean", "`WHAT` is reckoned: mean, total, ratio (value over denominator) or share")
	confidence := fs.Float64("confidence", 0.95, "of the interval, a `SHARE`")
	interval := fs.String("interval", "", "`INTERVAL` of a share: wald, logit or korn-graubard; not given: by the number of answers")
	r := rakeFlags(fs)
	fs.StringVar(&r.residuals, "residuals", "", "how raking lowers variances, a `WAY`: regressed (Deville & Särndal 1992; R's calibrate), levered (the same, raised for few answers, as pages show it) or averaged (R's rake); not given: regressed")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		if !slices.Contains([]string{"mean", "total", "ratio", "share"}, *of) {
			return nil, nil, usagef("--of %s is none of mean, total, ratio, share", *of)
		}
		if len(t.rows) == 0 {
			return nil, nil, t.noRows()
		}
		d, err := t.design()
		if err != nil {
			return nil, nil, err
		}
		if r.file != "" {
			if d, err = r.rake(t, d); err != nil {
				return nil, nil, err
			}
		}
		for _, key := range d.Single() {
			t.warn("stratum %q has one answer; its variance is about the mean of all", key)
		}
		s := surveyed{table: t, design: d, of: *of, how: sampling.How{Confidence: *confidence, Interval: *interval}}
		if err := s.read(); err != nil {
			return nil, nil, err
		}
		rows, err := s.rows()
		return []string{"group", "category", "value", "se", "lo", "hi", "n", "df", "deff", "effective", "interval"}, rows, err
	}
}

// design reads weight, stratum, cluster and size, as far as they are there.
func (t csvTable) design() (sampling.Design, error) {
	var s sampling.Sampled
	sizes := map[string]float64{}
	labels := func(name string) (out []string) {
		if col, ok := t.header[name]; ok {
			for _, row := range t.rows {
				out = append(out, strings.TrimSpace(row[col]))
			}
		}
		return out
	}
	s.Strata, s.Clusters = labels("stratum"), labels("cluster")
	size, sized := t.header["size"]
	weight, weighted := t.header["weight"]
	if !sized && !weighted {
		return sampling.Design{}, fmt.Errorf("%s:1: columns weight and size are missing; give one of them", t.name)
	}
	for i := range t.rows {
		if weighted {
			w, err := t.number(i, weight, "weight")
			if err != nil {
				return sampling.Design{}, err
			}
			s.Weights = append(s.Weights, w)
		}
		if !sized {
			continue
		}
		key := ""
		if s.Strata != nil {
			key = s.Strata[i]
		}
		n, err := t.count(i, size, "size")
		if err != nil {
			return sampling.Design{}, err
		}
		if old, ok := sizes[key]; ok && old != n {
			return sampling.Design{}, fmt.Errorf("%s:%d: stratum %q has %s units here and %s before", t.name, t.lines[i], key, full(n), full(old))
		}
		sizes[key] = n
	}
	s.Sizes = sizes
	d, err := sampling.NewDesign(s)
	if err != nil {
		return d, fmt.Errorf("%s: %w", t.name, err)
	}
	return d, nil
}

// surveyed is a column of answers with what is wanted of it.
type surveyed struct {
	table    csvTable
	design   sampling.Design
	of       string
	how      sampling.How
	answered []bool
	y, x     []float64
	words    []string // the values as they stand, which are categories where shares are wanted
}

// read takes the values; what is empty was not answered.
func (s *surveyed) read() error {
	t := s.table
	names := []string{"value"}
	if s.of == "ratio" {
		names = append(names, "denominator")
	}
	at, err := t.columns(names...)
	if err != nil {
		return err
	}
	n := len(t.rows)
	s.answered, s.y, s.x, s.words = make([]bool, n), make([]float64, n), make([]float64, n), make([]string, n)
	for i, row := range t.rows {
		s.words[i] = strings.TrimSpace(row[at[0]])
		s.answered[i] = s.words[i] != ""
		if s.of == "ratio" {
			s.answered[i] = s.answered[i] && strings.TrimSpace(row[at[1]]) != ""
		}
		if s.of == "share" || !s.answered[i] {
			continue
		}
		if s.y[i], err = t.number(i, at[0], "value"); err != nil {
			return err
		}
		if s.of == "ratio" {
			if s.x[i], err = t.number(i, at[1], "denominator"); err != nil {
				return err
			}
		}
	}
	return nil
}

// rows are the results of all answers and then of each group.
func (s *surveyed) rows() ([][]string, error) {
	groups := []string{"*"}
	col, grouped := s.table.header["group"]
	if grouped {
		found := map[string]bool{}
		for _, row := range s.table.rows {
			found[strings.TrimSpace(row[col])] = true
		}
		groups = append(groups, slices.Sorted(maps.Keys(found))...)
	}
	var out [][]string
	for k, group := range groups {
		in := slices.Clone(s.answered)
		for i, row := range s.table.rows {
			in[i] = in[i] && (k == 0 || strings.TrimSpace(row[col]) == group)
		}
		rows, err := s.domain(group, in)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// domain are the results of one group.
func (s *surveyed) domain(group string, in []bool) ([][]string, error) {
	var e sampling.Estimate
	var err error
	switch s.of {
	case "total":
		e, err = s.design.Total(s.y, in, s.how)
	case "ratio":
		e, err = s.design.Ratio(s.y, s.x, in, s.how)
	case "mean":
		e, err = s.design.Mean(s.y, in, s.how)
	case "share":
		return s.shares(group, in)
	}
	if err != nil {
		return nil, usagef("%v", err)
	}
	return [][]string{estimateRow(group, "", e)}, nil
}

// shares are a row a category that anybody chose.
func (s *surveyed) shares(group string, in []bool) ([][]string, error) {
	categories := map[string]bool{}
	for i, w := range s.words {
		if s.answered[i] {
			categories[w] = true
		}
	}
	var out [][]string
	for _, c := range slices.Sorted(maps.Keys(categories)) {
		yes := make([]bool, len(s.words))
		for i, w := range s.words {
			yes[i] = w == c
		}
		e, err := s.design.Share(yes, in, s.how)
		if err != nil {
			return nil, usagef("%v", err)
		}
		out = append(out, estimateRow(group, c, e))
	}
	return out, nil
}

func estimateRow(group, category string, e sampling.Estimate) []string {
	return []string{group, category, orEmpty(e.Value), orEmpty(e.SE), orEmpty(e.Lo), orEmpty(e.Hi), strconv.Itoa(e.N), strconv.Itoa(e.DF), orEmpty(e.DesignEffect), orEmpty(e.Effective), e.Method}
}
