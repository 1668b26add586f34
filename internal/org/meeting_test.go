package org_test

import (
	"maps"
	"testing"
)

// metTown is the town with meetings, needs and two lists of ties.
func metTown() map[string]string {
	files := maps.Clone(town)
	files["milieu.toml"] += "[[source]]\nid = \"events\"\ntype = \"team-events\"\npath = \"events.csv\"\n[[source]]\nid = \"attendance\"\ntype = \"team-attendance\"\npath = \"attendance.csv\"\n" +
		"[[source]]\nid = \"needs\"\ntype = \"team-needs\"\npath = \"needs.csv\"\n[[source]]\nid = \"edges\"\ntype = \"edge-list\"\npath = \"edges.csv\"\n[[source]]\nid = \"roster\"\ntype = \"survey-roster\"\npath = \"roster.csv\"\n"
	files["facilities.csv"] = "id,name,host,host_id,place,lon,lat,source_url\nhall,Hall,The Mill,mill,Mill Lane,-1.41,53.41,https://example.org/hall\n"
	files["events.csv"] = "id,name,kind,date,year,place,facility_id,lon,lat,theme,organiser_id,source_url\n" +
		"fair,Fair,event,2019-05-02,,,hall,,,steel,works,https://example.org/fair\ntalk,Talk,talk,,2020,The Inn,hall,-1.3,53.3,,nobody,\nchat,Chat,encounter,,,,,,,,,\n"
	files["attendance.csv"] = "id,event_id,org_id,role,note\na1,fair,mill,guest,\na2,fair,mill,speaker,on steel\na3,fair,GB-COH-99990001,guest,\na4,fair,stranger,guest,\na5,flood,mill,guest,\na6,chat,hub,guest,\n"
	files["needs.csv"] = "id,org_id,kind,theme,what,source_url\nn1,GB-COH-99990002,need,rolling,,\nn2,stranger,offer,steel,,\n"
	files["edges.csv"] = "from,to,from_id,kind,weight,year\nThe Mill,Newcomer Gears,,supplies,2,2018\n,Newcomer Gears,works,,,\n,Newcomer Gears,stranger,,,\nThe Mill,,,,,\n"
	files["roster.csv"] = "respondent,respondent_id,named,named_id,question,answer,year\nHub,hub,,works,Whom do you trust?,4,2021\nHub,hub,,mill,Whom do you trust?,no,2021\n"
	return files
}

// TestMeetings holds the tables of meetings, who was there and what is needed against the records, and what leads nowhere.
func TestMeetings(t *testing.T) {
	db, _ := decided(t, metTown())
	want(t, db, "select meeting_id, kind, date::varchar, year, place, facility_name, lon, lat, organiser_id from meeting order by meeting_id",
		"chat|encounter|-|-|-|-|-|-|-", "fair|event|2019-05-02|2019|Mill Lane|Hall|-1.41|53.41|works", "talk|talk|-|2020|The Inn|Hall|-1.3|53.3|-")
	want(t, db, "select meeting_id, org_id, role, note, source, line from attendance order by meeting_id, org_id",
		"chat|hub|guest|-|attendance|7", "fair|mill|speaker|on steel|attendance|3", "fair|works|host|-|events|2")
	want(t, db, "select need_id, org_id, kind, theme from need order by need_id", "n1|mill|need|rolling")
	want(t, db, "select from_id, to_id, kind, start_year, weight, source from tie where source in ('edges', 'roster') order by tie_id",
		"mill|edge-edges-newcomer-gears|supplies|2018|2|edges", "works|edge-edges-newcomer-gears|linked|-|-|edges", "hub|works|trusts|2021|4|roster")
	want(t, db, "select source, line, what, found from unresolved order by source, line, what",
		"attendance|5|at a meeting|stranger", "attendance|6|at the meeting|flood", "edges|4|tie from|stranger", "edges|5|tie to|-", "events|3|organiser of a meeting|nobody", "needs|3|need or offer of|stranger")
}
