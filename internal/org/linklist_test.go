package org_test

import (
	"strings"
	"testing"

	"milieu/internal/org"
)

func TestLinkLists(t *testing.T) {
	db, _ := newPlace(t).build()
	ctx := t.Context()
	bands, err := org.ProbabilityBands(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	counted := int64(0)
	for _, b := range bands {
		counted += b.Joined + b.Waiting + b.Others
	}
	all, err := org.CountPairs(ctx, db, "")
	if err != nil || int64(all) != counted || all == 0 {
		t.Errorf("%d pairs, %d in bands, %v", all, counted, err)
	}
	sum := 0
	for _, verdict := range org.Verdicts {
		n, err := org.CountPairs(ctx, db, verdict)
		some, err2 := org.Pairs(ctx, db, verdict, 1000, 0)
		if err != nil || err2 != nil || n != len(some) {
			t.Errorf("%s: %d counted, %d read, %v %v", verdict, n, len(some), err, err2)
		}
		sum += n
	}
	if sum != all {
		t.Errorf("%d pairs by verdict, %d in all", sum, all)
	}
	sorted, err := org.Pairs(ctx, db, "", 1000, 0)
	k := 0
	err2 := org.EachPair(ctx, db, func(p org.LinkPair) error {
		if k >= len(sorted) || p.A != sorted[k].A || p.B != sorted[k].B || p.Verdict != sorted[k].Verdict {
			t.Errorf("pair %d is %s and %s", k, p.A, p.B)
		}
		k++
		return nil
	})
	if err != nil || err2 != nil || k != all {
		t.Errorf("%d of %d pairs, %v %v", k, all, err, err2)
	}
	made, flagged, err := org.CountClusters(ctx, db)
	clusters, err2 := org.Clusters(ctx, db, 1000, 0)
	if err != nil || err2 != nil || made != len(clusters) || flagged > made {
		t.Errorf("%d clusters counted, %d read, %v %v", made, len(clusters), err, err2)
	}
	f := org.AwardFilter{OrgID: "GB-COH-99990003", Role: "recipient"}
	awards, err := org.Awards(ctx, db, f, 10, 0)
	n, err2 := org.CountAwards(ctx, db, f)
	if err != nil || err2 != nil || n != 2 || len(awards) != 2 || awards[0].OrgName != "TOOLS LIMITED" || awards[0].Amount.Int64 != 200000 {
		t.Errorf("%d %+v %v %v", n, awards, err, err2)
	}
	given := org.AwardFilter{FunderID: "360g-GB-GOR-T1"}
	newest, err := org.NewestAwards(ctx, db, given, 3, 0)
	n, err2 = org.CountAwards(ctx, db, given)
	if err != nil || err2 != nil || n != 7 || len(newest) != 3 || newest[0].Start.Time.Before(newest[2].Start.Time) || newest[0].Role != "recipient" {
		t.Errorf("%d %+v %v %v", n, newest, err, err2)
	}
	projects, err := org.Projects(ctx, db, "GRANT B", "more", 10, 0)
	n, err2 = org.CountProjects(ctx, db, "GRANT B", "more")
	if err != nil || err2 != nil || n != len(projects) || n != 2 || projects[0].Funder != "Example Fund" {
		t.Errorf("%d %+v %v %v", n, projects, err, err2)
	}
}

func TestWhySums(t *testing.T) {
	db, _ := newPlace(t, map[string]string{"ties.csv": town["ties.csv"] + "t5,works,hub,owned_by,https://example.org/t5\n"}).build()
	for ref, want := range map[string]string{
		"awards/GB-COH-99990003/GBP": "Awards to TOOLS LIMITED in GBP|GBP 34,000.00|the sum of 2 awards",
		"group/works":                "Group of Works|Hub|Owned by Hub",
		"group/hub":                  "Group of Hub|Hub|Hub is the head of the group",
	} {
		c, err := org.Explainers().Explain(t.Context(), db, ref)
		if err != nil || len(c.Steps) == 0 || len(c.Steps[0].Records) != 1 {
			t.Errorf("%s: %+v %v", ref, c, err)
			continue
		}
		got := c.Title + "|" + c.Value + "|" + c.How + "|" + c.Steps[0].Title
		for _, part := range strings.Split(want, "|") {
			if !strings.Contains(got, part) {
				t.Errorf("%s gives %q, want %q in it", ref, got, part)
			}
		}
	}
	for _, ref := range []string{"awards/works", "awards/works/EUR", "group/mill", "group/nobody", "group"} {
		if _, err := org.Explainers().Explain(t.Context(), db, ref); err == nil {
			t.Errorf("%s is explained", ref)
		}
	}
}
