package prospect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
)

var ctx = context.Background()

// world is the book of a workspace with somebody of each role that counts here.
type world struct {
	Book
	reader, analyst, editor, manager auth.Actor
}

func newWorld(t *testing.T, db *store.DB) world {
	t.Helper()
	w := world{Book: Book{DB: db, Workspace: "amid", Now: storetest.Clock()}}
	for role, a := range map[auth.Role]*auth.Actor{auth.Reader: &w.reader, auth.Analyst: &w.analyst, auth.Editor: &w.editor, auth.Manager: &w.manager} {
		*a = auth.Actor{Workspace: "amid", PersonID: "p-" + string(role), Role: role, Via: auth.ViaWeb}
		must(t, db.Update(ctx, func(q store.Querier) error {
			if _, err := q.ExecContext(ctx, `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $1, $1, '', '', '', '')`, a.PersonID); err != nil {
				return err
			}
			_, err := q.ExecContext(ctx, `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ('amid', $1, $2, '', '', '')`, a.PersonID, role)
			return err
		}))
	}
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func forge() Draft {
	return Draft{Name: "Forge & Sons", ComesFrom: "Derby", Sector: "Forging", Size: "small", Contact: "Ada, who sat beside us"}
}

var (
	premises = Reason{Attract, "premises", "Premises that are ready"}
	distance = Reason{Deter, "distance", "Far from their customers"}
	parking  = Reason{Deter, "", "Where would we park?"}
)

// TestProspect takes one from the first word of it to its landing, and back.
func TestProspect(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		id, err := w.New(ctx, w.editor, forge(), Step{Stage: Identified, Day: "2026-10-01", Note: "read of it"})
		must(t, err)
		must(t, w.Move(ctx, w.editor, id, 1, Step{Stage: Visited, Day: "2026-11-01", Reasons: []Reason{premises, distance, premises}}))
		must(t, w.Move(ctx, w.editor, id, 2, Step{Stage: Visited, Reasons: []Reason{parking}}))
		must(t, w.Land(ctx, w.editor, id, 3, "forge-and-sons", Step{Day: "2026-11-10", Note: "signed"}))
		got, err := w.Prospect(ctx, w.analyst, id)
		must(t, err)
		if got.Stage != Landed || got.OrgID != "forge-and-sons" || got.Version != 4 || got.Since != "2026-11-10" || len(got.Steps) != 4 || got.Steps[3].Note != "signed" || got.Contact == "" {
			t.Errorf("%+v", got)
		}
		if d := cmp.Diff([]Reason{premises, distance, parking}, got.Reasons); d != "" {
			t.Errorf("reasons (-want +got)\n%s", d)
		}
		of, err := w.Of(ctx, w.reader, "forge-and-sons")
		must(t, err)
		if len(of) != 1 || len(of[0].Steps) != 4 || of[0].Contact != "" || of[0].Steps[0].Note != "" {
			t.Errorf("a reader is shown %+v", of)
		}
		if err := w.Move(ctx, w.editor, id, 4, Step{Stage: Considering}); err == nil || !strings.Contains(err.Error(), "say why") {
			t.Errorf("it leaves again without a word: %v", err)
		}
		must(t, w.Move(ctx, w.editor, id, 4, Step{Stage: Elsewhere, WentTo: "Derby", Note: "the lease fell through"}))
		if got, err = w.Prospect(ctx, w.editor, id); err != nil || got.OrgID != "" || got.WentTo != "Derby" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

// TestProspect_erase: nothing that names it stays anywhere, and the log says who erased.
func TestProspect_erase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		id, err := w.New(ctx, w.editor, forge(), Step{Stage: Contacted, Note: "Ada says no", Reasons: []Reason{parking, distance}})
		must(t, err)
		must(t, w.Move(ctx, w.editor, id, 1, Step{Stage: Elsewhere, WentTo: "Derby West"}))
		if err := w.Erase(ctx, w.editor, id, 2); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("an editor erases: %v", err)
		}
		must(t, w.Erase(ctx, w.manager, id, 2))
		must(t, db.View(ctx, func(q store.Querier) error {
			return store.Dump(ctx, q, func(table string, _ []string, row []any) error {
				for _, words := range []string{"Forge", "Derby", "Ada", "park", "small"} {
					if strings.Contains(fmt.Sprint(row...), words) {
						t.Errorf("table %s still holds %q", table, words)
					}
				}
				return nil
			})
		}))
		got, err := w.Prospect(ctx, w.manager, id)
		must(t, err)
		if got.Name != "" || got.ErasedAt == "" || got.Stage != Elsewhere || !cmp.Equal(got.Reasons, []Reason{distance}) {
			t.Errorf("%+v", got)
		}
		var conflict *ConflictError
		if err := w.Move(ctx, w.editor, id, 3, Step{Stage: Contacted}); !errors.As(err, &conflict) {
			t.Errorf("an erased prospect goes on: %v", err)
		}
		r, err := audit.Verify(ctx, db, "amid")
		if err != nil || len(r.Problems) > 0 || r.Events != 3 {
			t.Errorf("log %+v %v", r, err)
		}
	})
}

// TestProspect_refused: what cannot be taken, and by whom.
func TestProspect_refused(t *testing.T) {
	w := newWorld(t, storetest.Open(t))
	id, err := w.New(ctx, w.editor, forge(), Step{Stage: Identified})
	must(t, err)
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"a reader writes":      {second(w.New(ctx, w.reader, forge(), Step{Stage: Identified})), "editor"},
		"without a name":       {second(w.New(ctx, w.editor, Draft{Name: " "}, Step{Stage: Identified})), "name is missing"},
		"no such stage":        {second(w.New(ctx, w.editor, forge(), Step{Stage: "lurking"})), "stage is none"},
		"no such size":         {second(w.New(ctx, w.editor, Draft{Name: "x", Size: "huge"}, Step{Stage: Identified})), "size is none"},
		"landed from nowhere":  {second(w.New(ctx, w.editor, forge(), Step{Stage: Landed})), "landed"},
		"in the future":        {w.Move(ctx, w.editor, id, 1, Step{Stage: Visited, Day: "2126-01-01"}), "not come yet"},
		"no day":               {w.Move(ctx, w.editor, id, 1, Step{Stage: Visited, Day: "soon"}), "is not a day"},
		"lands as nobody":      {w.Land(ctx, w.editor, id, 1, "", Step{}), "which organisation"},
		"lands by a move":      {w.Move(ctx, w.editor, id, 1, Step{Stage: Landed}), "which organisation"},
		"an old version":       {w.Move(ctx, w.editor, id, 7, Step{Stage: Visited}), "somebody else"},
		"nobody":               {w.Move(ctx, w.editor, "p-none", 1, Step{Stage: Visited}), "no such prospect"},
		"reason of no topic":   {w.Move(ctx, w.editor, id, 1, Step{Stage: Visited, Reasons: []Reason{{"skills", "x", "x"}}}), "reasons are of"},
		"a long note":          {w.Move(ctx, w.editor, id, 1, Step{Stage: Visited, Note: strings.Repeat("a", MostNote+1)}), "longer than"},
		"of another workspace": {w.Change(ctx, auth.Actor{Workspace: "other", PersonID: "p-editor", Role: auth.Editor}, id, 1, forge()), "editor"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, c.err, c.says)
		}
	}
	if _, err := w.All(ctx, auth.Actor{Workspace: "amid"}); !errors.Is(err, auth.ErrDenied) {
		t.Errorf("a visitor reads: %v", err)
	}
}

func second(_ string, err error) error { return err }

// TestCount: by hand, of four prospects.
func TestCount(t *testing.T) {
	way := func(stage Stage, went string, reasons ...Reason) Way {
		w := Way{Prospect: Prospect{Stage: stage}}
		w.take([]Step{{Stage: Visited, Reasons: reasons}, {Stage: stage, WentTo: went}}, false)
		return w
	}
	c := Count([]Way{way(Landed, "", premises), way(Elsewhere, "Derby", premises, distance), way(Lost, "", distance), way(Contacted, "")})
	if c.Total != 4 || c.ByStage[Elsewhere] != 1 || c.Reached[Visited] != 4 || c.Reached[Landed] != 1 || c.Attracts != 2 || c.Deters != 2 {
		t.Errorf("%+v", c)
	}
	// Wilson's interval of 1 of 3 at 95 %: 0.0615 to 0.7923 (R: prop.test(1, 3, correct = FALSE)$conf.int).
	if c.Ended.K != 1 || c.Ended.N != 3 || c.Ended.Lo < 0.0614 || c.Ended.Lo > 0.0616 || c.Ended.Hi < 0.7922 || c.Ended.Hi > 0.7924 {
		t.Errorf("landed of those that ended: %+v", c.Ended)
	}
	if len(c.Attract) != 1 || c.Attract[0].All.K != 2 || c.Attract[0].All.N != 2 || c.Attract[0].Landed != 1 || c.Attract[0].Gone != 1 || c.Deter[0].Gone != 2 {
		t.Errorf("reasons %+v %+v", c.Attract, c.Deter)
	}
	if d := cmp.Diff([]Place{{"Derby", 1}}, c.Places); d != "" {
		t.Error(d)
	}
	if c := Count(nil); c.Ended.N != 0 || c.Ended.Lo != 0 || c.Ended.Hi != 1 {
		t.Errorf("of nobody: %+v", c.Ended)
	}
}

// TestChoices: the shipped instrument offers reasons of both topics, none that stands alone.
func TestChoices(t *testing.T) {
	in, err := survey.Parse(survey.Shipped()[0].Text)
	must(t, err)
	topics := map[string]int{}
	for _, r := range Choices(in) {
		topics[r.Topic]++
		if r.Option == "none" || r.Label == "" {
			t.Errorf("%+v", r)
		}
	}
	if topics[Attract] < 5 || topics[Deter] < 5 {
		t.Errorf("%v", topics)
	}
}
