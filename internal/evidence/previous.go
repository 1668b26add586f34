package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"

	"milieu/internal/lake"
)

// Previous is the release that was current before the release id, and false
// where there was none or it is no longer kept.
func Previous(ws *Workspace, id string) (Release, bool) {
	h := history(filepath.Join(ws.Dir, Derived))
	for i, old := range h {
		if old != id || i+1 == len(h) {
			continue
		}
		rel, err := readRelease(ws, h[i+1])
		return rel, err == nil
	}
	return Release{}, false
}

// UnresolvedRecords reads the records that name an organisation which no source
// lists, at most most, and counts all of them.
func UnresolvedRecords(ctx context.Context, q lake.Querier, most int) ([]Unresolved, int64, error) {
	return unresolved(ctx, q, most)
}

// EachReject calls f with every reject of a source in the order of Rejects. It
// holds one row at a time: a source that was read with the wrong settings has as
// many rejects as rows.
func EachReject(ctx context.Context, q lake.Querier, source string, f func(RejectRow) error) error {
	rows, err := q.QueryContext(ctx, rejectQuery, source, sql.NullInt64{})
	if err != nil {
		return fmt.Errorf("rejects of %s: %w", source, err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanReject(rows)
		if err != nil {
			return err
		}
		if err := f(r); err != nil {
			return err
		}
	}
	return rows.Err()
}
