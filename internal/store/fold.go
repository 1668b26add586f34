package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Fold makes a SQLite store that nobody uses one single file, which may then be moved:
// what stands in its log is put into it, and the log goes. It fails with ErrBusy while
// any program has the store open, and does nothing where there is no file.
func Fold(ctx context.Context, file string) error {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	d := &DB{dialect: SQLite, where: file, dir: filepath.Dir(file)}
	// Without a wait: a server keeps its store open for as long as it runs.
	pool, err := d.pool(file, "_pragma=busy_timeout(0)", 1)
	if err != nil {
		return err
	}
	err = foldPool(ctx, pool)
	if err := errors.Join(err, pool.Close()); err != nil {
		return fmt.Errorf("store %s: %w", file, d.known(ctx, err))
	}
	return nil
}

func foldPool(ctx context.Context, pool *sql.DB) error {
	// Leaving the log needs the file for oneself alone.
	var mode string
	if err := pool.QueryRowContext(ctx, "pragma journal_mode(delete)").Scan(&mode); err != nil {
		return err
	}
	if mode != "delete" {
		return fmt.Errorf("the log cannot be left, it is in mode %q: %w", mode, ErrBusy)
	}
	return nil
}
