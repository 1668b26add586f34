package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"milieu/internal/evidence"
	"milieu/internal/store"
)

// storeNote is what a workspace remembers of where people's work is kept and under
// which id, so that a name that was changed or a variable that is not set never makes a
// release without decisions, in silence. It holds no secret.
type storeNote struct {
	Store     string `json:"store"` // sqlite, or postgresql with host and database
	Workspace string `json:"workspace"`
}

// noteFile is where it stands.
func noteFile(ws *evidence.Workspace) string {
	return filepath.Join(ws.Dir, evidence.Derived, "store.json")
}

func readNote(ws *evidence.Workspace) (storeNote, error) {
	var n storeNote
	text, err := os.ReadFile(noteFile(ws))
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	if err != nil {
		return n, fmt.Errorf("%s: %w; delete it if you know where the work of the team is kept", noteFile(ws), err)
	}
	return n, nil
}

func noteOf(db *store.DB, ws *evidence.Workspace) storeNote {
	n := storeNote{Store: db.Dialect(), Workspace: ws.ID}
	if db.Dialect() == store.PostgreSQL {
		n.Store += " " + db.Where()
	}
	return n
}

// writeNote remembers the store, aside and renamed.
func writeNote(db *store.DB, ws *evidence.Workspace) error {
	text, err := json.MarshalIndent(noteOf(db, ws), "", "  ")
	if err != nil {
		return err
	}
	part := noteFile(ws) + ".part"
	if err := os.MkdirAll(filepath.Dir(part), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(part, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(part, noteFile(ws))
}

// sameStore refuses a store that is not the one in which this workspace has kept its
// work so far, and one that knows the workspace under other ids only.
func sameStore(ctx context.Context, db *store.DB, ws *evidence.Workspace) error {
	was, err := readNote(ws)
	if err != nil {
		return err
	}
	now := noteOf(db, ws)
	switch {
	case was == now:
		return nil
	case was.Workspace != "" && was.Workspace != now.Workspace:
		return otherID(was.Workspace, ws)
	case was.Store != "" && was.Store != now.Store:
		return fmt.Errorf("the work of this team is kept in %s, and %s was opened: set %s as it was, or delete %s if it has moved", was.Store, now.Store, databaseEnv, noteFile(ws))
	}
	if db.Dialect() == store.SQLite {
		ids, err := store.Workspaces(ctx, db.Read())
		if err != nil {
			return err
		}
		if len(ids) > 0 && !slices.Contains(ids, ws.ID) {
			return otherID(ids[0], ws)
		}
	}
	return writeNote(db, ws)
}

func otherID(was string, ws *evidence.Workspace) error {
	return fmt.Errorf("the work of this team is kept under the id %q, and %s now says %q: write id = %q there (or delete %s to begin anew under the other id)", was, evidence.File, ws.ID, was, noteFile(ws))
}
