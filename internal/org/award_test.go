package org_test

import (
	"maps"
	"testing"
)

// registerTown is the town with public awards and a register of interventions.
func registerTown() map[string]string {
	files := maps.Clone(town)
	for _, name := range []string{"awards", "interventions", "costs", "outcomes", "relations", "risks", "delivery"} {
		files["milieu.toml"] += "[[source]]\nid = \"" + name + "\"\ntype = \"team-" + name + "\"\npath = \"" + name + ".csv\"\n"
	}
	files["awards.csv"] = "id,organisation,granter,scheme,amount_gbp,day,year,basis,published,intervention_id,source_url\n" +
		"a1,mill,City,Growth,250000,2021-03-31,2023,mfa,yes,hall,https://example.org/a1\na2,GB-COH-99990002,City,,60000.01,2023-04-01,,,,,\na3,hub,City,,10,,2022,scheme,no,lost,\na4,stranger,City,,10,,,,,,\n"
	files["interventions.csv"] = "id,name\nhall,A hall\nyard,A yard\n"
	files["costs.csv"] = "id,intervention_id,amount_gbp\nc1,hall,5\nc2,hal,5\n"
	files["outcomes.csv"] = "id,intervention_id,kind,outcome\no1,hall,output,homes\no2,lost,output,homes\n"
	files["relations.csv"] = "id,from_id,to_id,kind\nr1,hall,yard,needs\nr2,lost,found,needs\n"
	files["risks.csv"] = "id,intervention_id,risk\nk1,hall,fire\nk2,lost,fire\n"
	files["delivery.csv"] = "id,intervention_id,kind\nd1,hall,status\nd2,lost,status\n"
	return files
}

// TestPublicAwards holds the table of awards: joined records, the financial year of a day, what is not said is unknown.
func TestPublicAwards(t *testing.T) {
	db, _ := decided(t, registerTown())
	want(t, db, "select award_id, org_id, org_name, granter, scheme, amount_p, day::varchar, year, basis, published, intervention_id from public_award order by award_id",
		"a1|mill|The Mill|City|Growth|25000000|2021-03-31|2020|mfa|yes|hall", "a2|mill|The Mill|City|-|6000001|2023-04-01|2023|unknown|unknown|-", "a3|hub|Hub|City|-|1000|-|2022|scheme|no|lost")
}

// TestUnresolved_register lists what the register says of interventions that no table holds.
func TestUnresolved_register(t *testing.T) {
	db, _ := decided(t, registerTown())
	want(t, db, "select source, line, what, found from unresolved order by source, line, what",
		"awards|4|award for the intervention|lost", "awards|5|award to|stranger", "costs|3|cost of the intervention|hal", "delivery|3|delivery of the intervention|lost",
		"outcomes|3|outcome of the intervention|lost", "relations|3|relation from the intervention|lost", "relations|3|relation to the intervention|found", "risks|3|risk of the intervention|lost")
}

// TestRegister_withoutFile adds the first rows of tables of which the workspace has no file, as people do in the browser.
func TestRegister_withoutFile(t *testing.T) {
	db, _ := decided(t, map[string]string{},
		says("D1", "add", "interventions", "hall", "name", "A hall", "problem", "No room", "grade", "reasoned"), says("D2", "add", "costs", "c1", "intervention_id", "hall", "amount_gbp", "12.34", "from_year", "2027"),
		says("D3", "add", "outcomes", "o1", "intervention_id", "hall", "kind", "outcome", "outcome", "jobs", "quantity", "5"), says("D4", "add", "relations", "r1", "from_id", "hall", "to_id", "yard", "kind", "needs"),
		says("D5", "add", "risks", "k1", "intervention_id", "hall", "risk", "fire"), says("D6", "add", "delivery", "d1", "intervention_id", "hall", "kind", "status", "what", "late", "day", "2027-05-01"),
		says("D7", "add", "awards", "a1", "organisation", "mill", "granter", "City", "amount_gbp", "5", "day", "2027-03-31"))
	want(t, db, "select intervention_id, name, problem, grade, source from intervention", "hall|A hall|No room|reasoned|decisions")
	want(t, db, "select cost_id, intervention_id, amount_p, from_year, source from intervention_cost", "c1|hall|1234|2027|decisions")
	want(t, db, "select outcome_id, kind, outcome, quantity from intervention_outcome", "o1|outcome|jobs|5")
	want(t, db, "select relation_id, from_id, to_id, kind from intervention_relation", "r1|hall|yard|needs")
	want(t, db, "select risk_id, risk from intervention_risk", "k1|fire")
	want(t, db, "select delivery_id, kind, what, day::varchar from delivery", "d1|status|late|2027-05-01")
	want(t, db, "select award_id, org_id, amount_p, year from public_award", "a1|mill|500|2026")
	want(t, db, "select source, what, found from unresolved", "decisions|relation to the intervention|yard")
}
