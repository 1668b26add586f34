// Package example holds the workspaces that come with the program: the AMID
// place that the demo shows, and the template of a new workspace. It owns their
// files and writes them out; it does not build or serve them.
package example

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed all:amid all:template
var files embed.FS

// AMID is the name of the demo's workspace, Template that of an empty one.
const (
	AMID     = "amid"
	Template = "template"
)

// Write puts a workspace into dir. Files that are there already are kept as they
// are unless overwrite is set; their names are returned.
func Write(name, dir string, overwrite bool) (kept []string, err error) {
	sub, err := fs.Sub(files, name)
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(sub, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(p))
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		text, err := fs.ReadFile(sub, p)
		if err != nil {
			return err
		}
		old, err := os.ReadFile(to)
		switch {
		case err == nil && bytes.Equal(old, text):
			return nil
		case err == nil && !overwrite:
			kept = append(kept, p)
			return nil
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("write example: %w", err)
		}
		return os.WriteFile(to, text, 0o644)
	})
	return kept, err
}

// Version is a short hash of a workspace's files: another example, another version.
func Version(name string) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(files, name, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, p)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %d\n", p, len(text))
		_, err = h.Write(text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:4]), err
}
