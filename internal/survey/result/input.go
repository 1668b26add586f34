package result

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"milieu/internal/survey"
	"milieu/internal/survey/frame"
)

// LeastThreshold is the fewest answers that may stand behind what is shown.
const LeastThreshold = 5

// Input is what results are reckoned from: the instrument, the frame as counts and the answers without any name.
type Input struct {
	SurveyID, Title, Series, Wave, State string
	Level                                survey.Level
	Invented                             bool
	Threshold                            int                       // least answers behind what is shown; less than LeastThreshold is that
	Instruments                          map[int]survey.Instrument // published versions; the newest is reported, answers to older ones count where survey.Question.Same
	Groupings                            []frame.Grouping          // of the frame, in the order in which they are shown
	Strata                               []string                  // in the order in which they are shown; those left out come last, by their label
	StrataLabels                         map[string]string         // how strata are called; those left out are called by their key
	Cells                                []Cell                    // the frame
	Drawn                                map[string]int            // firms that were drawn by stratum; nil: all of the frame
	Rows                                 []Row                     // the answers of those who were drawn
	Outside                              int                       // answers of others, which stand for nobody but themselves and are not counted
}

// Cell is a part of the frame that stands in the same stratum and in the same category of every grouping.
type Cell struct {
	Stratum string
	Groups  map[string]string // category by grouping
	Firms   int
}

// Row is the answers of one firm. Groups holds what is known of the firm; of anonymous answers that is what is the same for the
// whole stratum (GroupsOf).
type Row struct {
	Stratum string
	Groups  map[string]string
	N       int // version of the instrument
	Answers survey.Answers
}

// Cells counts a frame by stratum and all groupings together, in a fixed order.
func Cells(f frame.Frame) []Cell {
	by := map[string]*Cell{}
	for _, u := range f.Units {
		key := groupKey(u.Stratum, u.Groups)
		c := by[key]
		if c == nil {
			c = &Cell{Stratum: u.Stratum, Groups: maps.Clone(u.Groups)}
			by[key] = c
		}
		c.Firms++
	}
	out := make([]Cell, 0, len(by))
	for _, key := range slices.Sorted(maps.Keys(by)) {
		out = append(out, *by[key])
	}
	return out
}

func groupKey(stratum string, groups map[string]string) string {
	var b strings.Builder
	b.WriteString(stratum)
	for _, k := range slices.Sorted(maps.Keys(groups)) {
		b.WriteString("\x00" + k + "\x01" + groups[k])
	}
	return b.String()
}

// GroupsOf are the categories that all firms of the stratum are in: what is known of an answer of which only the stratum is.
func GroupsOf(cells []Cell, stratum string) map[string]string {
	var out map[string]string
	for _, c := range cells {
		if c.Stratum != stratum || c.Firms == 0 {
			continue
		}
		if out == nil {
			out = maps.Clone(c.Groups)
			continue
		}
		maps.DeleteFunc(out, func(k, v string) bool { return c.Groups[k] != v })
	}
	return out
}

// Newest is the newest version of the instrument and its number; 0 where none was published.
func (in Input) Newest() (survey.Instrument, int) {
	n := 0
	for k := range in.Instruments {
		n = max(n, k)
	}
	return in.Instruments[n], n
}

// check says what is wrong with the input, and sets what has a least value.
func (in *Input) check() error {
	in.Threshold = max(in.Threshold, LeastThreshold)
	if _, n := in.Newest(); n == 0 {
		return fmt.Errorf("survey %s has no published questionnaire: publish one before results are reckoned", in.SurveyID)
	}
	frameOf := in.strata()
	for i, r := range in.Rows {
		if len(in.Cells) > 0 && frameOf[r.Stratum] == 0 {
			return fmt.Errorf("survey %s: answer %d is in stratum %q, which the frame does not have", in.SurveyID, i+1, r.Stratum)
		}
		if _, ok := in.Instruments[r.N]; !ok {
			return fmt.Errorf("survey %s: answer %d was given to version %d of the questionnaire, which is not there", in.SurveyID, i+1, r.N)
		}
	}
	return nil
}

// strata are the firms of the frame by stratum.
func (in Input) strata() map[string]int {
	out := map[string]int{}
	for _, c := range in.Cells {
		out[c.Stratum] += c.Firms
	}
	return out
}

// drawn is how many firms of a stratum were asked.
func (in Input) drawn(stratum string, firms int) int {
	if in.Drawn == nil {
		return firms
	}
	return in.Drawn[stratum]
}

// stratumLabel is how a stratum is called.
func (in Input) stratumLabel(key string) string { return cmp.Or(in.StrataLabels[key], key) }
