package evidence_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// realFigures is one source of official figures with what it must become.
type realFigures struct {
	id, kind, path, rest string // rest is more of the source in TOML
	want                 figureCounts
}

// figureCounts are the counts of one source: rows of the file, values and their sum, and rejects by column and reason.
type figureCounts struct {
	Read, Accepted, Values int
	Sum                    float64
	Rejects                string
}

const (
	onsGVA     = "region_industry/ons_gva/"
	demography = "region_industry/firm_demography/"
	workbook   = onsGVA + "itlproductivity.xlsx"
)

// sheetOf is the rest of a source that reads a sheet of the workbook of productivity, whose columns all have one name.
func sheetOf(name, first, rest string) string {
	return fmt.Sprintf("sheet = %q\noptions = { vintage = \"2023-06\", first_year = %q, %s }", name, first, rest)
}

// emptyArea are the notes under a table, which name no area.
func emptyArea(n int) string { return fmt.Sprintf("%d area is empty and must be filled", n) }

// The expected numbers were counted apart from this program, in Python from the files' own text (of the workbook: its XML) with
// decimal arithmetic.
var realFigureLists = []realFigures{
	{"beatty", "ons-gva", onsGVA + "Beatty_Fothergill_productivity-industries-places_table1.csv", `options = { indicator = "beatty-fothergill", year = "2015", unit = "index, United Kingdom 100" }`, figureCounts{47, 47, 376, 34_893, ""}},
	{"hours", "ons-gva", onsGVA + "Productivity_Hours_Worked_per_Week_ITL2_and_ITL3_subregions_constrained_to_ITL1_2004_2021.csv", `options = { indicator = "hours-worked", measure = "by week", unit = "hours" }`, figureCounts{234, 234, 4_212, 84_356_277_986, ""}},
	{"gdp", "ons-gva", onsGVA + "Table_10_Gross_Domestic_Product_chained_volume_measures_in_2019_money_value_pounds_million.csv", `options = { indicator = "gdp" }`, figureCounts{236, 236, 5_664, 262_689_735, ""}},
	{"itl1", "ons-gva", onsGVA + "Table_1c_ITL1_UK_current_price_estimates_pounds_million.csv", ``, figureCounts{1_712, 1_712, 41_088, 523_238_296, ""}},
	{"itl2-volume", "ons-gva", onsGVA + "Table_2b_ITL2_UK_chained_volume_measures_in_2019_money_value_pounds_million.csv", ``, figureCounts{3_936, 3_936, 94_464, 156_136_585, ""}},
	{"itl2", "ons-gva", onsGVA + "Table_2c_ITL2_current_price_estimates_pounds_million_2024.csv", ``, figureCounts{3_936, 3_936, 98_400, 142_426_766, ""}},
	{"itl3-volume", "ons-gva", onsGVA + "Table_3b_ITL3_UK_chained_volume_measures_in_2019_money_value_pounds_million.csv", ``, figureCounts{11_456, 11_456, 274_944, 153_420_261, ""}},
	{"itl3", "ons-gva", onsGVA + "Table_3c_ITL3_current_price_estimates_pounds_million_2024.csv", ``, figureCounts{11_456, 11_456, 286_400, 139_382_430, ""}},
	{"population", "ons-gva", onsGVA + "Table_6_Total_resident_population_numbers_persons_Apr2024.csv", `options = { indicator = "population" }`, figureCounts{236, 236, 5_892, 9_167_363_829, "8 2022 is not a number"}},
	{"a5-index", "ons-gva", onsGVA + "Table_A5_itlproductivity_cvperhourworked_indices.csv", `options = { indicator = "gva-per-hour", first_year = "2004" }`, figureCounts{234, 234, 4_212, 408_409.48, ""}},
	{"a1", "ons-gva", workbook, sheetOf("A1", "2004", `indicator = "gva-per-hour", measure = "smoothed index"`), figureCounts{238, 234, 4_212, 399_745.38, emptyArea(4)}},
	{"a2", "ons-gva", workbook, sheetOf("A2", "2004", `indicator = "gva-per-hour", measure = "index"`), figureCounts{237, 234, 4_212, 399_722.13, emptyArea(3)}},
	{"a3", "ons-gva", workbook, sheetOf("A3", "2004", `indicator = "gva-per-hour", measure = "smoothed"`), figureCounts{238, 234, 4_212, 125_756.66, emptyArea(4)}},
	{"a4", "ons-gva", workbook, sheetOf("A4", "2004", `indicator = "gva-per-hour"`), figureCounts{237, 234, 4_212, 125_860.98, emptyArea(3)}},
	{"a5", "ons-gva", workbook, sheetOf("A5", "2004", `indicator = "gva-per-hour", measure = "volume index"`), figureCounts{237, 234, 4_212, 408_392.26, emptyArea(3)}},
	{"b1", "ons-gva", workbook, sheetOf("B1", "2002", `indicator = "gva-per-job", measure = "smoothed index"`), figureCounts{238, 234, 4_680, 440_496.96, emptyArea(4)}},
	{"b2", "ons-gva", workbook, sheetOf("B2", "2002", `indicator = "gva-per-job", measure = "index"`), figureCounts{237, 234, 4_680, 440_498.57, emptyArea(3)}},
	{"b3", "ons-gva", workbook, sheetOf("B3", "2002", `indicator = "gva-per-job", measure = "smoothed"`), figureCounts{238, 234, 4_680, 214_195_913.04, emptyArea(4)}},
	{"b4", "ons-gva", workbook, sheetOf("B4", "2002", `indicator = "gva-per-job"`), figureCounts{237, 234, 4_680, 214_418_806.15, emptyArea(3)}},
	{"b5", "ons-gva", workbook, sheetOf("B5", "2002", `indicator = "gva-per-job", measure = "volume index"`), figureCounts{237, 234, 4_680, 498_343.1, emptyArea(3)}},
	{"sheet-hours", "ons-gva", workbook, sheetOf("Productivity Hours", "2004", `indicator = "hours-worked"`), figureCounts{237, 234, 4_212, 84_356_277_966.51, emptyArea(3)}},
	{"sheet-jobs", "ons-gva", workbook, sheetOf("Productivity Jobs", "2002", `indicator = "jobs"`), figureCounts{235, 234, 4_680, 3_043_935_017.19, emptyArea(1)}},
	{"active-10", "business-demography", demography + "active10plus_2022.csv", `options = { indicator = "business-active-10-plus" }`, figureCounts{374, 374, 2_244, 1_690_160, ""}},
	{"active-10-long", "business-demography", demography + "active10plus_2022_long.csv", `options = { indicator = "business-active-10-plus" }`, figureCounts{2_244, 2_244, 2_244, 1_690_160, ""}},
	{"active", "business-demography", demography + "active_2022.csv", ``, figureCounts{374, 374, 2_244, 17_369_375, ""}},
	{"active-long", "business-demography", demography + "active_2022_long.csv", ``, figureCounts{2_244, 2_244, 2_244, 17_369_375, ""}},
	{"births", "business-demography", demography + "births_2022.csv", `options = { indicator = "business-births" }`, figureCounts{374, 374, 2_244, 2_106_665, ""}},
	{"births-long", "business-demography", demography + "births_2022_long.csv", `options = { indicator = "business-births" }`, figureCounts{2_244, 2_244, 2_244, 2_106_665, ""}},
	{"deaths", "business-demography", demography + "deaths_2022.csv", `options = { indicator = "business-deaths" }`, figureCounts{374, 374, 2_244, 1_908_940, ""}},
	{"deaths-long", "business-demography", demography + "deaths_2022_long.csv", `options = { indicator = "business-deaths" }`, figureCounts{2_244, 2_244, 2_244, 1_908_940, ""}},
	{"high", "business-demography", demography + "highgrowth_2022.csv", `options = { indicator = "business-high-growth" }`, figureCounts{374, 374, 2_244, 73_955, ""}},
	{"high-long", "business-demography", demography + "highgrowth_2022_long.csv", `options = { indicator = "business-high-growth" }`, figureCounts{2_244, 2_244, 2_244, 73_955, ""}},
	{"sections", "employment-sections", "region_industry/BRES_ITL2_sections_2015-2022.csv", ``, figureCounts{6_080, 6_065, 6_065, 161_816_967.9, "15 count is empty and must be filled"}},
	{"counts", "business-counts", "region_industry/nomis_UKBC_local_units_WestNorthYorks.csv", ``, figureCounts{14_196, 14_196, 14_196, 1_681_490, ""}},
	{"regional", "regional-indicators", "beis_indicators/*/*.csv", ``, figureCounts{57_149, 57_149, 57_110, 23_623_836_470_313.223, "1 house_price_normalised is not a number"}},
}

// TestSources_realFigures reads every table of official figures whole and counts each value.
func TestSources_realFigures(t *testing.T) {
	data := realData(t, "region_industry")
	realData(t, "beis_indicators")
	text := fmt.Sprintf("name = \"Official figures\"\ndata = %q\n", data)
	for _, l := range realFigureLists {
		text += fmt.Sprintf("[[source]]\nid = %q\ntype = %q\npath = %q\n%s\n", l.id, l.kind, "data:"+l.path, l.rest)
	}
	text += "[[source]]\nid = \"about\"\ntype = \"regional-indicators-about\"\npath = \"data:beis_indicators/*/*.yaml\"\n"
	dir := t.TempDir()
	write(t, dir, map[string]string{evidence.File: text})
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: allNouns("observation", "indicator_about"), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i, l := range realFigureLists {
		t.Run(l.id, func(t *testing.T) {
			r := res.Release.Manifest.Sources[i].Reading
			got := figureCounts{Read: r.Read, Accepted: r.Accepted}
			scan(t, db, "select count(value), coalesce(sum(value), 0) from want_observation where source = "+lake.Literal(l.id), &got.Values, &got.Sum)
			scan(t, db, "select coalesce(string_agg(n || ' ' || column_name || ' ' || reason, '\n' order by column_name, reason), '') from ("+
				"select column_name, reason, count(*) as n from reject where source = "+lake.Literal(l.id)+" group by column_name, reason) r", &got.Rejects)
			if math.Abs(got.Sum-l.want.Sum) <= 1e-12*l.want.Sum {
				got.Sum = l.want.Sum
			}
			if d := cmp.Diff(l.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	t.Run("about", func(t *testing.T) { realAbout(t, db) })
}

// realAbout holds that each of the 140 documents names an indicator, and that each indicator with values has one.
func realAbout(t *testing.T, db *lake.DB) {
	var documents, indicators, bare int
	scan(t, db, "select count(*), count(distinct indicator) from want_indicator_about where label is not null", &documents, &indicators)
	scan(t, db, "select count(distinct indicator) from want_observation o where source = 'regional' and not exists (select 1 from want_indicator_about a where a.indicator = o.indicator)", &bare)
	if documents != 140 || indicators != 60 || bare != 0 {
		t.Errorf("%d documents of %d indicators, %d indicators without one; want 140 of 60 and none", documents, indicators, bare)
	}
}
