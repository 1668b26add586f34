package web

import (
	"database/sql"
	"net/http"
	"strconv"

	"milieu/internal/live"
	"milieu/internal/org"
)

// linkageCSV gives one of the page's tables.
func (s *Server) linkageCSV(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ctx := r.Context()
	optional := func(v sql.NullFloat64) string {
		if !v.Valid {
			return ""
		}
		return floatText(v.Float64)
	}
	var rows [][]string
	switch table := r.URL.Query().Get("table"); table {
	case "", "measures":
		all, err := org.Quality(ctx, snap.DB)
		for _, m := range all {
			rows = append(rows, []string{m.Name, optional(m.Value), optional(m.Lo), optional(m.Hi), strconv.Itoa(m.N), m.Note})
		}
		return orCSV(w, err, "linkage-measures", []string{"measure", "value", "lo", "hi", "n", "note"}, rows)
	case "probabilities":
		all, err := org.ProbabilityBands(ctx, snap.DB)
		for _, b := range all {
			rows = append(rows, []string{floatText(b.From), floatText(b.To), strconv.FormatInt(b.Joined, 10), strconv.FormatInt(b.Waiting, 10), strconv.FormatInt(b.Others, 10)})
		}
		return orCSV(w, err, "linkage-probabilities", []string{"from", "to", "joined", "waiting", "apart"}, rows)
	case "events":
		all, err := org.Events(ctx, snap.DB)
		for _, e := range all {
			rows = append(rows, []string{strconv.Itoa(e.N), e.Kind, e.OrgID, e.OrgName, e.OtherID, e.OtherName, strconv.Itoa(e.Records), e.Why})
		}
		return orCSV(w, err, "linkage-events", []string{"n", "kind", "org_id", "org_name", "other_id", "other_name", "records", "why"}, rows)
	case "blocks":
		state, err := org.State(ctx, snap.DB)
		for _, b := range state.Refused {
			rows = append(rows, []string{b.Rule, b.Key, strconv.FormatInt(b.Records, 10), strconv.FormatInt(b.Pairs, 10)})
		}
		return orCSV(w, err, "linkage-blocks", []string{"rule", "key", "records", "pairs"}, rows)
	case "clusters":
		return s.streamCSV(ctx, w, "linkage-clusters", []string{"org_id", "name", "records", "sources", "weakest", "weakest_a", "weakest_b", "bridges", "flag"}, func(row func([]string) error) error {
			return eachChunk(func(limit, offset int) (int, error) {
				some, err := org.Clusters(ctx, snap.DB, limit, offset)
				for _, c := range some {
					if err := row([]string{c.OrgID, c.Name, strconv.Itoa(c.Records), strconv.Itoa(c.Sources), optional(c.Weakest), c.WeakestA, c.WeakestB, strconv.Itoa(c.Bridges), c.Flag}); err != nil {
						return 0, err
					}
				}
				return len(some), err
			})
		})
	case "pairs":
		return s.streamCSV(ctx, w, "linkage-pairs", []string{"a", "a_name", "a_source", "a_org_id", "b", "b_name", "b_source", "b_org_id", "weight", "probability", "verdict", "reason"}, func(row func([]string) error) error {
			return org.EachPair(ctx, snap.DB, func(p org.LinkPair) error {
				return row([]string{p.A, p.AName, p.ASource, p.AOrg, p.B, p.BName, p.BSource, p.BOrg, floatText(p.Weight), floatText(p.Probability), p.Verdict, p.Reason})
			})
		})
	default:
		return badRequest("The page of linkage has no table %q; there are measures, probabilities, clusters, events, blocks and pairs.", table)
	}
}

func orCSV(w http.ResponseWriter, err error, name string, header []string, rows [][]string) error {
	if err != nil {
		return err
	}
	return writeCSV(w, name, header, rows)
}

// chunkRows is how many rows of a long table are read at once.
const chunkRows = 5000

// eachChunk asks for rows until there are no more.
func eachChunk(read func(limit, offset int) (int, error)) error {
	for offset := 0; ; offset += chunkRows {
		n, err := read(chunkRows, offset)
		if err != nil || n < chunkRows {
			return err
		}
	}
}
