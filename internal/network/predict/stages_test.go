package predict

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/lake"
)

// tables writes the made-up past as the tables that the stage reads.
func tables(t *testing.T, in Input) *lake.DB {
	t.Helper()
	db, err := lake.Open(lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	var nodes, parts []string
	for v := range in.Nodes {
		nodes = append(nodes, fmt.Sprintf("('o%03d', '%s')", v, in.Roles[v]))
	}
	for i, e := range in.Events {
		day := int((e.At - math.Floor(e.At)) * 365)
		for _, v := range e.Members {
			role := "participant"
			if v == e.Lead {
				role = "coordinator"
			}
			parts = append(parts, fmt.Sprintf("('p%04d', 'o%03d', date '%d-01-01' + %d, '%s', '%s')", i, v, int(e.At), day, role, e.Themes[0]))
		}
	}
	for _, q := range []string{
		"create table network_org as select org_id, main_role from (values " + strings.Join(nodes, ", ") + ") t(org_id, main_role)",
		"create table participation as select project_id, org_id, start_date, role, programme from (values " + strings.Join(parts, ", ") + ") t(project_id, org_id, start_date, role, programme)",
		"create table network_record as select from_id, to_id, kind, first from (values ('o000', 'o001', 'supplies', 2012), ('o000', 'o002', 'met', 2012), ('o003', 'nobody', 'supplies', 2013)) t(from_id, to_id, kind, first)",
	} {
		if err := db.Exec(context.Background(), q); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func TestPredictionStage(t *testing.T) {
	ctx := context.Background()
	in := madeUp(1)
	db := tables(t, in)
	got, ids, err := readInput(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	// One supply counts; a meeting is no tie, and nobody is not in the network.
	if got.Nodes != in.Nodes || len(ids) != in.Nodes || len(got.Events) != len(in.Events)+1 || got.Events[0].Lead != in.Events[0].Lead {
		t.Fatalf("read %d nodes and %d events", got.Nodes, len(got.Events))
	}
	var bytes [2]string
	for i := range bytes {
		dir := t.TempDir()
		if err := makePrediction(ctx, lake.Work{DB: db, Dir: dir}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, lake.TableFile))
		if err != nil {
			t.Fatal(err)
		}
		bytes[i] = string(text)
		if err := db.Exec(ctx, "create or replace view network_prediction as from read_parquet("+lake.Literal(filepath.Join(dir, lake.TableFile))+")"); err != nil {
			t.Fatal(err)
		}
	}
	if bytes[0] != bytes[1] {
		t.Error("the same input gave other bytes")
	}
	p, err := LoadPredictions(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Judge(got, 2018, New)
	if err != nil {
		t.Fatal(err)
	}
	if p.New.At != 2018 || p.New.Pairs != want.Pairs || p.New.Ties != want.Ties || len(p.New.Results) != len(want.Results) || p.New.Of("ours").At(50) != want.Of("ours").At(50) ||
		p.New.Of("adamic-adar").AUC != want.Of("adamic-adar").AUC || !p.Every.Found() {
		t.Errorf("read back %+v, judged %+v", p.New.Quality, want)
	}
	if len(p.Likely) != 50 || len(p.Effects) < len(newFeatures) || p.Likely[0].Probability < p.Likely[49].Probability {
		t.Errorf("%d likely pairs, %d effects", len(p.Likely), len(p.Effects))
	}
	for _, ref := range []string{ForetoldRef(New, "ours", 50), ForetoldRef(Every, "adamic-adar", 0), LikelyRef(p.Likely[0].A, p.Likely[0].B)} {
		c, err := Explainers().Explain(ctx, db, ref)
		if err != nil || c.Value == "" || c.How == "" {
			t.Errorf("%s: %+v, %v", ref, c, err)
		}
	}
}
