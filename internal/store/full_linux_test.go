package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"milieu/internal/store"
)

// small makes a file system of 4 MB, or skips the test where that is not allowed.
func small(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("milieu-test", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("a small file system cannot be mounted (%v): run the test as root to see how a full disk is met", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

const (
	fillWrite = `insert into upload (upload_id, workspace, person_id, table_name, file_name, content, created_at, expires_at) values ($1, 'a', '', '', '', $2, '', '')`
	fillRead  = `select upload_id, length(content) from upload order by upload_id`
)

// put writes a row of 64 KiB and returns when it is acknowledged.
func put(t *testing.T, db *store.DB, i int) error {
	t.Helper()
	return db.Update(t.Context(), func(q store.Querier) error {
		_, err := q.ExecContext(t.Context(), fillWrite, fmt.Sprintf("u%04d", i), bytes.Repeat([]byte{byte(i)}, 64<<10))
		return err
	})
}

// kept wants all rows that were acknowledged, and no others.
func kept(t *testing.T, db *store.DB, acknowledged map[string]bool) {
	t.Helper()
	rows, err := db.Read().QueryContext(t.Context(), fillRead)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var id string
		var size int
		if err := rows.Scan(&id, &size); err != nil {
			t.Fatal(err)
		}
		if !acknowledged[id] || size != 64<<10 {
			t.Errorf("row %s of %d bytes was not acknowledged", id, size)
		}
		n++
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if n != len(acknowledged) {
		t.Errorf("%d rows are there, %d were acknowledged", n, len(acknowledged))
	}
	var ok string
	if err := db.Read().QueryRowContext(t.Context(), "pragma integrity_check").Scan(&ok); err != nil || ok != "ok" {
		t.Errorf("integrity: %s (%v)", ok, err)
	}
}

// TestFullDisk fills the disk of a store while it is written, and wants the fault named,
// reading to go on, writing to go on when there is room, and nothing lost.
func TestFullDisk(t *testing.T) {
	dir := small(t)
	o := store.Options{File: filepath.Join(dir, "workspace.db")}
	db := openStore(t, o)
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]bool{}
	fill := func(from int) int {
		for i := from; ; i++ {
			if i > from+200 {
				t.Fatal("the disk does not fill")
			}
			err := put(t, db, i)
			if err != nil {
				if !errors.Is(err, store.ErrFull) {
					t.Fatalf("row %d: %v", i, err)
				}
				return i
			}
			acknowledged[fmt.Sprintf("u%04d", i)] = true
		}
	}
	i := fill(0)
	for range 20 { // again and again, as people do
		if err := put(t, db, i); err == nil {
			acknowledged[fmt.Sprintf("u%04d", i)] = true
			i++
		} else if !errors.Is(err, store.ErrFull) {
			t.Errorf("tried again: %v", err)
		}
	}
	kept(t, db, acknowledged)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	before := len(acknowledged)
	i = fill(i)
	if len(acknowledged) == before {
		t.Error("there is room, and nothing could be written")
	}
	kept(t, db, acknowledged)

	// The store is opened again on the disk that is full: either it works, or it says why.
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	more := filepath.Join(dir, "more")
	f, err := os.Create(more)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) || !store.NoRoom(dir) {
		t.Fatalf("the disk is not full: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(t.Context(), o)
	if err == nil {
		kept(t, again, acknowledged)
		fails(t, put(t, again, i), store.ErrFull)
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	} else {
		fails(t, err, store.ErrFull)
	}
	if err := os.Remove(more); err != nil {
		t.Fatal(err)
	}
	db = openStore(t, o)
	kept(t, db, acknowledged)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// TestNoFiles opens a store on a disk that has room and no more files.
func TestNoRoom_files(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("milieu-test", dir, "tmpfs", 0, "size=8m,nr_inodes=4"); err != nil {
		t.Skipf("a small file system cannot be mounted (%v): run the test as root", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	for i := range 2 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The file of the store is the last that there is room for; its log is not.
	_, err := store.Open(t.Context(), store.Options{File: filepath.Join(dir, "workspace.db")})
	fails(t, err, store.ErrFull)
}
