package meeting

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
)

// Explainers explain followed/LIST/KEY?years=N, what followed the meetings of a group (LIST is all, place, theme, kind or
// meeting), and meeting/ID, the record of one.
func Explainers() evidence.Explainers {
	return evidence.Explainers{"followed": whyFollowed, "meeting": whyMeeting}
}

// Ref is the reference of a meeting.
func Ref(id string) string { return evidence.MakeRef("meeting", []string{id}) }

// FollowedRef is the reference of what followed a group of meetings.
func FollowedRef(list, key string, years int) string {
	args := []string{list}
	if list != "all" {
		args = append(args, key)
	}
	if years == Usual.Years {
		return evidence.MakeRef("followed", args)
	}
	return evidence.MakeRef("followed", args, "years", strconv.Itoa(years))
}

// MostYears is how long ties may be followed after a meeting.
const MostYears = 10

// ParseYears reads how many years ties are followed; empty is the usual.
func ParseYears(text string) (int, error) {
	if text == "" {
		return Usual.Years, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > MostYears {
		return 0, fmt.Errorf("%.20q is no number of years from 0 to %d", text, MostYears)
	}
	return n, nil
}

// Find is a group by its list and key.
func (r Result) Find(list, key string) (Group, bool) {
	in, ok := map[string][]Group{"all": {r.All}, "place": r.Places, "theme": r.Themes, "kind": r.Kinds, "meeting": r.Meetings}[list]
	if !ok {
		return Group{}, false
	}
	if list == "all" {
		return r.All, r.All.Meetings > 0
	}
	i := slices.IndexFunc(in, func(g Group) bool { return g.Key == key })
	if i < 0 {
		return Group{}, false
	}
	return in[i], true
}

func whyFollowed(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) == 0 || len(r.Args) > 2 || len(r.Args) == 1 && r.Args[0] != "all" {
		return evidence.Chain{}, evidence.BadRef("write it as followed/all or followed/LIST/KEY, LIST being place, theme, kind or meeting")
	}
	o, key := Usual, ""
	var err error
	if o.Years, err = ParseYears(r.Set.Get("years")); err != nil {
		return evidence.Chain{}, evidence.BadRef("%v", err)
	}
	if len(r.Args) == 2 {
		key = r.Args[1]
	}
	b, err := network.Read(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	all := Follow(b, o)
	g, ok := all.Find(r.Args[0], key)
	if !ok {
		return evidence.Chain{}, fmt.Errorf("no meeting that can be followed is of %s %q: %w", r.Args[0], key, evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: "Pairs tied after they met: " + g.Name, Value: g.Words(), Method: "ties that follow meetings", How: g.how(all)}
	met, err := meetingSteps(ctx, q, b, g, r.Args[0])
	if err != nil {
		return c, err
	}
	later, err := tieSteps(ctx, q, b, g)
	c.Steps = []evidence.Chain{met, later}
	return c, err
}

// Words are the counts of a group.
func (g Group) Words() string {
	if !g.Enough {
		return fmt.Sprintf("%d of %d pairs, too few to say", g.Later, g.Free)
	}
	return fmt.Sprintf("%d of %d pairs, %.1f %% (%.1f to %.1f %%)", g.Later, g.Free, 100*g.Share, 100*g.Range.Lo, 100*g.Range.Hi)
}

func (g Group) how(r Result) string {
	s := fmt.Sprintf("%d pairs met; left out are %d tied before, %d with a tie that has no year and %d that met within %d years of %d, the newest year on record; of the other %d, %d were tied from the year of the meeting to %d years later",
		g.Pairs, g.Before, g.Undated, g.Recent, r.Options.Years, r.Last, g.Free, g.Later, r.Options.Years)
	if g.Tested {
		s += fmt.Sprintf("; where those of one role change places (%d times) %.1f %% would be expected, %.1f to %.1f %% in 95 of 100 shuffles", r.Shuffles, 100*g.Expected, 100*g.Chance.Lo, 100*g.Chance.Hi)
	}
	return s + "; it says what followed, not what caused it"
}

// mostCited is how many meetings or ties are cited one by one.
const mostCited = 10

func meetingSteps(ctx context.Context, q lake.Querier, b *network.Book, g Group, list string) (evidence.Chain, error) {
	c := evidence.Chain{Title: "Meetings", Value: strconv.Itoa(g.Meetings)}
	for _, m := range b.Meetings() {
		place, _ := PlaceOf(m)
		in := map[string]bool{"all": true, "place": place == g.Key, "theme": slices.Contains(ThemesOf(m), g.Key), "kind": m.Kind == g.Key, "meeting": m.ID == g.Key}[list]
		if !in || m.Year == 0 || len(m.Orgs) < 2 {
			continue
		}
		if len(c.Steps) == mostCited {
			c.More++
			continue
		}
		step, err := meetingStep(ctx, q, m.ID)
		if err != nil {
			return c, err
		}
		c.Steps = append(c.Steps, step)
	}
	return c, nil
}

func tieSteps(ctx context.Context, q lake.Querier, b *network.Book, g Group) (evidence.Chain, error) {
	c := evidence.Chain{Title: "Ties that followed", Value: strconv.Itoa(len(g.Ties)), More: max(0, len(g.Ties)-mostCited)}
	for _, t := range g.Ties[:min(len(g.Ties), mostCited)] {
		x, y := b.Node(int(t.A)), b.Node(int(t.B))
		step := evidence.Chain{Title: x.Name + " and " + y.Name, Value: fmt.Sprintf("%s since %d", network.KindOf(t.Kind).Label, t.Year)}
		proofs, err := network.Evidence(ctx, q, x.ID, y.ID)
		if err != nil {
			return c, err
		}
		for _, p := range proofs[:min(len(proofs), mostCited)] {
			step.Records = append(step.Records, p.Record)
		}
		c.Steps = append(c.Steps, step)
	}
	return c, nil
}

func whyMeeting(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as meeting/ID")
	}
	return meetingStep(ctx, q, r.Args[0])
}

const (
	meetingQuery  = `select coalesce(name, meeting_id), coalesce(kind, ''), coalesce(date::varchar, year::varchar, ''), coalesce(place, ''), coalesce(source_url, '') from meeting where meeting_id = $1`
	meetingRecord = `select source, file, line from meeting where meeting_id = $1`
	thereRecords  = `select source, file, line from attendance where meeting_id = $1 order by org_id limit $2`
	thereCount    = `select count(*) from attendance where meeting_id = $1`
)

// meetingStep is a meeting with its records.
func meetingStep(ctx context.Context, q lake.Querier, id string) (evidence.Chain, error) {
	rows, err := q.QueryContext(ctx, meetingQuery, id)
	if err != nil {
		return evidence.Chain{}, err
	}
	defer rows.Close()
	if !rows.Next() {
		return evidence.Chain{}, fmt.Errorf("there is no meeting %q: %w", id, evidence.ErrNoFigure)
	}
	var c evidence.Chain
	var kind, when, where string
	if err := rows.Scan(&c.Title, &kind, &when, &where, &c.URL); err != nil {
		return c, err
	}
	if err := rows.Close(); err != nil {
		return c, err
	}
	said := slices.DeleteFunc([]string{kind, when, where}, func(s string) bool { return s == "" })
	c.Value = strings.Join(said, ", ")
	if c.Records, err = evidence.Records(ctx, q, meetingRecord, id); err != nil {
		return c, err
	}
	there := evidence.Chain{Title: "Organisations there"}
	if there.Records, err = evidence.Records(ctx, q, thereRecords, id, mostCited); err != nil {
		return c, err
	}
	n := 0
	if err := q.QueryRowContext(ctx, thereCount, id).Scan(&n); err != nil {
		return c, err
	}
	there.Value, there.More = strconv.Itoa(n), max(0, n-len(there.Records))
	c.Steps = []evidence.Chain{there}
	return c, nil
}

// Settings are the settings of a reference or an address with these years.
func Settings(years int) url.Values {
	if years == Usual.Years {
		return url.Values{}
	}
	return url.Values{"years": {strconv.Itoa(years)}}
}
