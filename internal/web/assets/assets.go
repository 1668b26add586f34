// Package assets holds the built style sheet, scripts and fonts of the pages, and names each by its content.
// It owns the embedded files and their addresses (/assets/<hash8>/<name>, never changing for the same bytes);
// it does not serve them, and it does not build them (tools/assets does).
package assets

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"sync"
)

//go:embed dist
var embedded embed.FS

// Prefix begins the address of every file of this package.
const Prefix = "/assets/"

// File is one embedded file. Data must not be changed.
type File struct {
	Name string // base name, as in dist
	Hash string // first 8 hexadecimal digits of the SHA-256 of Data
	Type string // media type, with its character set for text
	Data []byte
}

// FS gives the embedded files at the root of a file system.
func FS() fs.FS {
	sub, err := fs.Sub(embedded, "dist")
	if err != nil {
		panic(err) // the folder is embedded at build time
	}
	return sub
}

// Path gives the content-hashed address of an embedded file, such as /assets/1a2b3c4d/app.css.
// An unknown name is a programmer error and panics; templates are rendered in tests.
func Path(name string) string {
	f, ok := index()[name]
	if !ok {
		panic(fmt.Sprintf("assets: no file %q in dist: run tools/assets/build.sh or mend the name", name))
	}
	return Prefix + f.Hash + "/" + f.Name
}

// Open gives the file that an address names. It fails with fs.ErrNotExist when there is no such name or when the
// hash is of other bytes, so an answer may be cached for ever.
func Open(hash, name string) (File, error) {
	f, ok := index()[name]
	if !ok || f.Hash != hash {
		return File{}, fmt.Errorf("asset %s/%s: %w", hash, name, fs.ErrNotExist)
	}
	return f, nil
}

// Names lists the embedded files in order.
func Names() []string {
	names := make([]string, 0, len(index()))
	for name := range index() {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// index reads and hashes every file once.
var index = sync.OnceValue(func() map[string]File {
	out := map[string]File{}
	err := fs.WalkDir(FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(FS(), name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		out[name] = File{Name: name, Hash: hex.EncodeToString(sum[:4]), Type: mediaType(name), Data: data}
		return nil
	})
	if err != nil {
		panic(err) // embedded files are always readable
	}
	return out
})

// mediaType is fixed for the kinds we ship, so that the answer does not depend on the machine's own tables.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
