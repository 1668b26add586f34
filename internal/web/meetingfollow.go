package web

import (
	"fmt"
	"net/http"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/network/meeting"
	"milieu/internal/report"
)

// FollowedView is what followed meetings, as tables.
type FollowedView struct {
	Years       []Choice
	YearsNow    int
	Lists       []FollowedList
	All         *FollowedRow
	Sentence    string // what followed all meetings
	LeftOut     string // what is not counted
	Shuffles    int
	FollowedCSV string
	result      meeting.Result
}

// FollowedList is a table of what followed the meetings of each place, theme or kind.
type FollowedList struct {
	Label string
	Rows  []FollowedRow
	More  int // groups that are not shown
}

// FollowedRow is what followed the meetings of a group.
type FollowedRow struct {
	Name, Path           string
	Meetings, Pairs      int
	Free, Later          report.Figure
	Share, Expected      report.Figure // without text where there are too few pairs, or nothing to hold them against
	Before, Dark, Recent int
	Verdict              string
	Beyond               bool
}

// followedShown is how many groups a table shows; all are in the CSV.
const followedShown = 25

// followResult is what followed the meetings of the release, reckoned once.
func followResult(r *http.Request, snap *live.Snapshot, years int) (meeting.Result, error) {
	o := meeting.Usual
	o.Years = years
	return live.RememberSlow(r.Context(), &snap.Cache, "followed/"+strconv.Itoa(years), func() (meeting.Result, error) { return meeting.Follow(snap.Network, o), nil })
}

func followed(r *http.Request, snap *live.Snapshot, years int) (FollowedView, error) {
	v := FollowedView{YearsNow: years}
	if len(snap.Network.Meetings()) == 0 {
		return v, nil
	}
	var err error
	if v.result, err = followResult(r, snap, years); err != nil {
		return v, err
	}
	res := v.result
	for _, n := range []int{0, 1, 2, 3, 5, 10} {
		v.Years = append(v.Years, Choice{Value: strconv.Itoa(n), Label: counted(n, "year", "years"), Current: n == years})
	}
	v.Shuffles, v.FollowedCSV = res.Shuffles, "/meetings?"+with(meeting.Settings(years), "format", "csv", "table", "followed")
	v.LeftOut = notFollowed(res)
	if res.All.Meetings == 0 {
		v.Sentence = "None of them can be followed: " + v.LeftOut
		return v, nil
	}
	row := followedRow(res.All, "all", "", res)
	v.All, v.Sentence = &row, followedSentence(res)
	for _, l := range []struct {
		label, list, param string
		groups             []meeting.Group
	}{{"Place", "place", "place", res.Places}, {"Theme", "theme", "theme", res.Themes}, {"Kind", "kind", "kind", res.Kinds}} {
		list := FollowedList{Label: l.label, More: max(0, len(l.groups)-followedShown)}
		for _, g := range l.groups[:min(len(l.groups), followedShown)] {
			list.Rows = append(list.Rows, followedRow(g, l.list, "/meetings?"+with(nil, l.param, g.Key), res))
		}
		if len(list.Rows) > 0 {
			v.Lists = append(v.Lists, list)
		}
	}
	return v, nil
}

func notFollowed(r meeting.Result) string {
	s := ""
	if r.Undated > 0 {
		s += counted(r.Undated, "meeting has no year", "meetings have no year") + " and "
	}
	return s + counted(r.Single, "has fewer than two organisations on record", "have fewer than two organisations on record") + "; they are left out."
}

func followedSentence(r meeting.Result) string {
	g := r.All
	if !g.Enough {
		return fmt.Sprintf("%s free of ties before and can be followed for %s, too few to say more.", counted(g.Free, "pair that met was", "pairs that met were"), counted(r.Options.Years, "year", "years"))
	}
	s := fmt.Sprintf("Of %s free of ties, %s followed by a tie within %s (%.1f %%).", counted(g.Free, "pair that met", "pairs that met"), counted(g.Later, "was", "were"), counted(r.Options.Years, "year", "years"), 100*g.Share)
	if g.Tested {
		s += " " + capital(verdict(g)) + fmt.Sprintf(": with others of the same roles in their places %.1f %% would be expected.", 100*g.Expected)
	}
	return s
}

func verdict(g meeting.Group) string {
	switch {
	case !g.Enough:
		return "too few pairs to say"
	case !g.Tested:
		return "nothing to hold it against"
	case g.Beyond():
		return "more than chance explains"
	}
	return "as chance allows"
}

func followedRow(g meeting.Group, list, path string, r meeting.Result) FollowedRow {
	ref := meeting.FollowedRef(list, g.Key, r.Options.Years)
	row := FollowedRow{Name: g.Name, Path: path, Meetings: g.Meetings, Pairs: g.Pairs, Before: g.Before, Dark: g.Undated, Recent: g.Recent, Verdict: verdict(g), Beyond: g.Beyond(),
		Free: report.CountFigure(int64(g.Free), ref), Later: report.CountFigure(int64(g.Later), ref)}
	if g.Enough {
		row.Share = percent(g.Share, g.Range.Lo, g.Range.Hi, ref)
	}
	if g.Enough && g.Tested {
		row.Expected = percent(g.Expected, g.Chance.Lo, g.Chance.Hi, ref)
	}
	return row
}

// percent is a share with its range.
func percent(v, lo, hi float64, ref string) report.Figure {
	return report.Figure{Text: chart.Number(100*v, 1) + " %", Range: chart.Number(100*lo, 1) + "–" + chart.Number(100*hi, 1) + " %", Ref: ref}
}

var followedHeader = []string{"by", "key", "name", "meetings", "organisations", "pairs_that_met", "tied_before", "with_undated_tie", "too_recent", "free", "tied_later", "share", "share_low", "share_high", "expected", "expected_low", "expected_high", "p", "q", "verdict"}

// table is what followed every group, for a spreadsheet.
func (v FollowedView) table() [][]string {
	var rows [][]string
	if v.result.All.Meetings == 0 {
		return nil
	}
	for _, l := range []struct {
		by     string
		groups []meeting.Group
	}{{"all", []meeting.Group{v.result.All}}, {"place", v.result.Places}, {"theme", v.result.Themes}, {"kind", v.result.Kinds}, {"meeting", v.result.Meetings}} {
		for _, g := range l.groups {
			row := []string{l.by, g.Key, g.Name}
			for _, n := range []int{g.Meetings, g.Organisations, g.Pairs, g.Before, g.Undated, g.Recent, g.Free, g.Later} {
				row = append(row, strconv.Itoa(n))
			}
			row = append(row, shares(g.Enough, g.Share, g.Range.Lo, g.Range.Hi)...)
			row = append(row, shares(g.Enough && g.Tested, g.Expected, g.Chance.Lo, g.Chance.Hi, g.P, g.Q)...)
			rows = append(rows, append(row, verdict(g)))
		}
	}
	return rows
}

// shares writes numbers, or as many empty cells where they are not given.
func shares(given bool, v ...float64) []string {
	out := make([]string, len(v))
	for i := range v {
		if given {
			out[i] = strconv.FormatFloat(v[i], 'f', 4, 64)
		}
	}
	return out
}
