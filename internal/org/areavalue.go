package org

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"net/url"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/stat"
)

// AreaMeasure is what a map of areas shows.
type AreaMeasure struct {
	Kind    string // "organisations", "density", "employees", "share" or "lq"
	Section string // letter of the industry section of a share or quotient
}

// ParseAreaMeasure reads organisations, density, employees, share:C or lq:C.
func ParseAreaMeasure(text string) (AreaMeasure, error) {
	kind, section, of := strings.Cut(text, ":")
	m := AreaMeasure{kind, section}
	switch {
	case !of && (kind == "organisations" || kind == "density" || kind == "employees"):
		return m, nil
	case of && (kind == "share" || kind == "lq") && len(section) == 1 && section >= "A" && section <= "U":
		return m, nil
	}
	return m, fmt.Errorf("%q is not a value of areas: organisations, density, employees, share:C or lq:C with the letter of a section from A to U", text)
}

func (m AreaMeasure) String() string {
	if m.Section != "" {
		return m.Kind + ":" + m.Section
	}
	return m.Kind
}

// Label is the measure in words.
func (m AreaMeasure) Label() string {
	switch m.Kind {
	case "density":
		return "Organisations per km²"
	case "employees":
		return "Employees stated in accounts"
	case "share":
		return "Share of " + lowerFirst(SectionLabel(m.Section)) + ", %"
	case "lq":
		return "Quotient of " + lowerFirst(SectionLabel(m.Section))
	}
	return "Organisations"
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// Decimals is how many are worth writing of the measure.
func (m AreaMeasure) Decimals() int {
	switch m.Kind {
	case "density", "share":
		return 1
	case "lq":
		return 2
	}
	return 0
}

// Centre is what parts low from high, false where there is nothing such.
func (m AreaMeasure) Centre() (float64, bool) { return 1, m.Kind == "lq" }

// How says how the measure is reckoned and what is left out.
func (m AreaMeasure) How() string {
	const left = "organisations with a site or registered office in the area, each once; those known only at an address of mass registration are left out"
	switch m.Kind {
	case "density":
		return left + "; divided by the area's size on the ellipsoid"
	case "employees":
		return "employees stated in accounts of organisations with a site in the area; they may work elsewhere"
	case "share":
		return "of the " + left + ", and whose industry is known, those of the section; interval of 95 % (Wilson): what chance alone would allow"
	case "lq":
		return "the section's share in the area over its share in all areas of the set together; " + left + "; interval of 95 % (Wilson) of the area's share; fewer than 5 of the section are too few to say"
	}
	return left
}

// AreaValue is the measure of one area with what it was reckoned from.
type AreaValue struct {
	ID, Name      string
	Km2           float64
	Organisations int // not only at an address of mass registration
	Known         int // of them, with a known industry
	In            int // of them, of the measure's section
	Counted       int // of them, with employees stated
	Employees     int64
	Value         float64 // NaN where it is not known
	Lo, Hi        float64 // 95 % interval of shares and quotients; both 0 where there is none
	Few           bool    // too few to say anything
}

// fewSection is from how many organisations of a section a quotient is shown, and fewShare from how many
// organisations a share.
const fewSection, fewShare = 5, 20

// AreaValues reads the measure of each area of a set, by id.
func AreaValues(ctx context.Context, q lake.Querier, set string, m AreaMeasure) ([]AreaValue, error) {
	const query = `select a.area_id, coalesce(a.name, a.area_id), coalesce(a.km2, 0), coalesce(sum(t.organisations - t.crowded), 0)::bigint,
  coalesce(sum(t.organisations - t.crowded) filter (where t.section <> ''), 0)::bigint, coalesce(sum(t.organisations - t.crowded) filter (where t.section = $2), 0)::bigint,
  coalesce(sum(t.counted - t.crowded_counted), 0)::bigint, coalesce(sum(t.employees - t.crowded_employees), 0)::bigint
from area a left join tally t on t.area_set = a.area_set and t.area_id = a.area_id and t.role = ''
where a.area_set = $1 group by a.area_id, a.name, a.km2 order by a.area_id`
	var out []AreaValue
	err := each(ctx, q, query, func(r *sql.Rows) error {
		var v AreaValue
		err := r.Scan(&v.ID, &v.Name, &v.Km2, &v.Organisations, &v.Known, &v.In, &v.Counted, &v.Employees)
		out = append(out, v)
		return err
	}, set, m.Section)
	if err != nil {
		return nil, fmt.Errorf("values of the areas of set %s: %w", set, err)
	}
	known, in := 0, 0
	for _, v := range out {
		known, in = known+v.Known, in+v.In
	}
	for i := range out {
		out[i].measure(m, known, in)
	}
	return out, nil
}

// measure fills the value; known and in are the sums over all areas.
func (v *AreaValue) measure(m AreaMeasure, known, in int) {
	v.Value = math.NaN()
	switch m.Kind {
	case "organisations":
		v.Value = float64(v.Organisations)
	case "density":
		if v.Km2 > 0 {
			v.Value = float64(v.Organisations) / v.Km2
		}
	case "employees":
		if v.Counted > 0 {
			v.Value = float64(v.Employees)
		}
	case "share":
		if v.Known > 0 {
			w := stat.WilsonInterval(v.In, v.Known, 0.95)
			v.Value, v.Lo, v.Hi = 100*float64(v.In)/float64(v.Known), 100*w.Lo, 100*w.Hi
		}
		v.Few = v.Known < fewShare
	case "lq":
		if v.Known > 0 && in > 0 {
			all := float64(in) / float64(known)
			w := stat.WilsonInterval(v.In, v.Known, 0.95)
			v.Value, v.Lo, v.Hi = float64(v.In)/float64(v.Known)/all, w.Lo/all, w.Hi/all
		}
		v.Few = v.In < fewSection
	}
}

// AreaValueRef is the reference of an area's measure.
func AreaValueRef(set, id string, m AreaMeasure) string {
	return evidence.MakeRef("areavalue", []string{set, id}, "value", m.String())
}

// whyAreaValue explains an area's measure by the counts that it was made from.
func whyAreaValue(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 {
		return evidence.Chain{}, evidence.BadRef("write it as areavalue/SET/ID?value=lq:C")
	}
	m, err := ParseAreaMeasure(r.Set.Get("value"))
	if err != nil {
		return evidence.Chain{}, evidence.BadRef("%s", err)
	}
	all, err := AreaValues(ctx, q, r.Args[0], m)
	if err != nil {
		return evidence.Chain{}, err
	}
	known, in := 0, 0
	for _, v := range all {
		known, in = known+v.Known, in+v.In
	}
	for _, v := range all {
		if v.ID == r.Args[1] {
			c := m.chain(v, known, in)
			held, err := whyCount(ctx, q, evidence.Ref{Kind: "count", Args: []string{"organisations"}, Set: url.Values{"area_set": {r.Args[0]}, "area": {v.ID}, "section": {m.Section}, "crowded": {"no"}}})
			c.Steps = append(c.Steps, held)
			return c, err
		}
	}
	return evidence.Chain{}, fmt.Errorf("area %s of set %s: %w", r.Args[1], r.Args[0], evidence.ErrNoFigure)
}

func (m AreaMeasure) chain(v AreaValue, known, in int) evidence.Chain {
	n := func(x int) string { return chart.Number(float64(x), 0) }
	c := evidence.Chain{Title: m.Label() + " in " + v.Name, Value: chart.Number(v.Value, m.Decimals()), How: m.How()}
	step := func(title, value string) { c.Steps = append(c.Steps, evidence.Chain{Title: title, Value: value}) }
	step("Organisations counted in "+v.Name, n(v.Organisations))
	switch m.Kind {
	case "density":
		step("Size, km²", chart.Number(v.Km2, 2))
	case "employees":
		step("Organisations with employees stated", n(v.Counted))
	case "share", "lq":
		step("of them, with a known industry", n(v.Known))
		step("of them, "+lowerFirst(SectionLabel(m.Section)), n(v.In))
	}
	if m.Kind == "lq" {
		step("The same in all areas of the set: "+n(in)+" of "+n(known), chart.Number(float64(in)/float64(max(known, 1)), 4))
	}
	return c
}

// Sources lists the sources from which organisations and their places come, by id.
func Sources(ctx context.Context, q lake.Querier) ([]string, error) {
	var out []string
	err := each(ctx, q, "select source from (select source from organisation union select source from site) where source is not null order by source", func(r *sql.Rows) error {
		var id string
		err := r.Scan(&id)
		out = append(out, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sources of organisations: %w", err)
	}
	return out, nil
}
