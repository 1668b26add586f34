package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/cluster"
	"milieu/internal/cluster/density"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// shuffledLabels is how many sectors of as many organisations as there are manufacturers, drawn blindly, stand beside them.
const shuffledLabels = 3

// syShuffled is manufacturing and so many sectors of organisations drawn from all that have a position.
func syShuffled(labels int) string {
	q := "select 'manufacturing' as sector, 'Manufacturing' as label, org_id from organisation where section = 'C'"
	for k := range labels {
		q += fmt.Sprintf(` union all select 'shuffled-%d', 'Shuffled', org_id from (
  select org_id, row_number() over (order by hash(org_id || '/%d'), org_id) as nth from (select distinct org_id from site where lon is not null and not mass_registration) p
) r where nth <= (select count(distinct s.org_id) from site s join organisation o on o.org_id = s.org_id where o.section = 'C' and s.lon is not null and not s.mass_registration)`, k, k)
	}
	return q
}

// syClusters builds the workspace with the sectors of syShuffled and returns the clusters by sector.
func syClusters(t *testing.T, dir string, labels int) (map[string][]density.Firm, map[string]string) {
	t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := stages(ws)
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(s lake.Stage) bool { return strings.HasPrefix(s.Name, "cluster_") })
	own, err := cluster.FirmStages(ws.Clusters, syShuffled(labels), "organisation", "site")
	if err != nil {
		t.Fatal(err)
	}
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: append(all, own...), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	runs, err := density.Runs(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	firms, members := map[string][]density.Firm{}, map[string]string{}
	for _, run := range runs {
		if firms[run.Sector], err = density.Firms(t.Context(), db, run); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d placed, %d clusters, %d more than chance, %d shuffles, seed %d", run.Sector, run.Placed, run.Clusters, run.Significant, run.Shuffles, run.Seed)
	}
	for _, f := range firms["manufacturing"] {
		list, err := density.Members(t.Context(), db, "manufacturing", f.Cluster)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			members[m.ID] = f.Name
		}
	}
	return firms, members
}

// TestSouthYorkshire_clusters: on the register of Sheffield and Rotherham clusters of manufacturers that are more than
// chance cross the districts' border, as many organisations drawn blindly make none that is, and another seed finds the
// same clusters.
func TestSouthYorkshire_clusters(t *testing.T) {
	dir := syWorkspace(t, syData(t))
	firms, members := syClusters(t, dir, shuffledLabels)
	across, sure := 0, 0
	for _, f := range firms["manufacturing"] {
		if !f.Significant {
			continue
		}
		sure++
		in := map[string]int{}
		for _, a := range f.Areas {
			if a.Set == "lad" {
				in[a.ID] = a.Organisations
			}
		}
		t.Logf("%s: %d of %d, %.1f times the share, p %.3f, Jaccard %.2f, %v", f.Name, f.Organisations, f.Everyone, f.Ratio, f.P, f.Jaccard, in)
		if in["E08000018"] >= 5 && in["E08000019"] >= 5 {
			across++
			if f.Jaccard < 0.75 {
				t.Errorf("%s crosses the border and has Jaccard %.2f; want a stable cluster", f.Name, f.Jaccard)
			}
		}
	}
	if sure < 5 || across == 0 {
		t.Errorf("%d clusters of manufacturers are more than chance, %d of them across the border; want at least 5 and 1", sure, across)
	}
	for k := range shuffledLabels {
		for _, f := range firms[fmt.Sprintf("shuffled-%d", k)] {
			if f.Significant {
				t.Errorf("shuffle %d: %s is significant (p %.3f)", k, f.Name, f.P)
			}
		}
	}
	file := filepath.Join(dir, evidence.File)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(text, "\n[clusters]\nseed = 2\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	again, others := syClusters(t, dir, 0)
	if d := cmp.Diff(members, others); d != "" {
		t.Errorf("another seed puts firms in other clusters (-1 +2)\n%s", d)
	}
	significant := func(list []density.Firm) []string {
		var out []string
		for _, f := range list {
			if f.Significant {
				out = append(out, f.Name)
			}
		}
		slices.Sort(out)
		return out
	}
	if d := cmp.Diff(significant(firms["manufacturing"]), significant(again["manufacturing"])); d != "" {
		t.Errorf("another seed finds others more than chance (-1 +2)\n%s", d)
	}
}
