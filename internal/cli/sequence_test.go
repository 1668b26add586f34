package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"milieu/internal/live"
	"milieu/internal/web"
)

// TestSequence_page: the command and the page answer the same question alike.
func TestSequence_page(t *testing.T) {
	ws := testPlace(t)
	log := slog.New(slog.DiscardHandler)
	shelf, err := live.New(t.Context(), ws, log)
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.New(web.Config{Shelf: shelf, Explainers: explainers(), Log: log, Now: testProgram(io.Discard, io.Discard).Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"", "also=unvalued&yearly=60000000", "worth=demand&from=2028&length=2"} {
		var out, errs bytes.Buffer
		if code := testProgram(&out, &errs).Run(t.Context(), []string{"sequence", "--json", "--address", query, ws.Dir}); code != 0 {
			t.Fatalf("%q: exit code %d: %s", query, code, &errs)
		}
		var got sequenceOut
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || len(got.Rows) < 3 {
			t.Fatalf("%q: %d rows, %v", query, len(got.Rows), err)
		}
		rec := httptest.NewRecorder()
		site.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/plan/sequence?format=csv&"+query, nil))
		table, err := csv.NewReader(rec.Body).ReadAll()
		if err != nil || rec.Code != http.StatusOK {
			t.Fatalf("%q: status %d, %v", query, rec.Code, err)
		}
		if len(table) != 1+len(got.Rows)+len(got.Past) {
			t.Errorf("%q: the page has %d rows, the command %d", query, len(table)-1, len(got.Rows)+len(got.Past))
			continue
		}
		for k, r := range got.Rows {
			line := table[k+1]
			cost := ""
			if r.CostP != nil {
				cost = fmt.Sprintf("%.2f", float64(*r.CostP)/100)
			}
			if line[1] != r.ID || line[3] != strconv.Itoa(r.From) || line[4] != strconv.Itoa(r.To) || line[7] != cost {
				t.Errorf("%q: the page has %q, the command %+v", query, line[:8], r)
			}
		}
	}
}
