// Package archive opens source files whatever they are packed in: bare, gzip or
// ZIP. It owns the refusals that keep a hostile or broken archive from doing
// harm (paths that leave the archive, bombs, cut files); it does not look inside
// the files themselves and never unpacks to disk.
package archive

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"sort"
	"strings"
)

// Limits bounds what an archive may unpack to. The zero value means the defaults.
type Limits struct {
	Bytes   int64 // all members together, default 16 GiB
	Ratio   int64 // unpacked to packed, default 250, looked at above 64 MiB
	Members int   // default 10,000
}

func (l Limits) filled() Limits {
	if l.Bytes == 0 {
		l.Bytes = 16 << 30
	}
	if l.Ratio == 0 {
		l.Ratio = 250
	}
	if l.Members == 0 {
		l.Members = 10_000
	}
	return l
}

// smallest size at which a ratio is worth suspecting.
const suspectFrom = 64 << 20

// Member is one file inside, or the file itself when it is bare.
type Member struct {
	Name string // path inside the ZIP; empty for a bare or gzip file
	Size int64  // unpacked bytes where known, otherwise packed bytes
	open func() (io.ReadCloser, error)
}

// Open starts reading the member. A member that unpacks to more than it may
// gives an error in place of more bytes.
func (m Member) Open() (io.ReadCloser, error) { return m.open() }

// File is an opened source file.
type File struct {
	Members []Member
	close   func() error
}

// Close releases the file.
func (f *File) Close() error { return f.close() }

// Open opens file and lists the members whose base name matches pattern
// (path.Match; "" takes all). Folders, and the resource forks that some systems
// add, are passed over. The errors say what is wrong and what to do.
func Open(file, pattern string, l Limits) (*File, error) {
	l = l.filled()
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	fi, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	if fi.IsDir() {
		f.Close()
		return nil, fmt.Errorf("is a folder; name the file in it, or use a pattern such as %s/*.csv", path.Base(file))
	}
	var magic [4]byte
	n, _ := f.ReadAt(magic[:], 0)
	switch {
	case n == 4 && string(magic[:]) == "PK\x03\x04" || n == 4 && string(magic[:]) == "PK\x05\x06" || strings.HasSuffix(strings.ToLower(file), ".zip"):
		return openZIP(f, fi.Size(), pattern, l, f.Close)
	case n >= 2 && magic[0] == 0x1f && magic[1] == 0x8b:
		return &File{[]Member{{Size: fi.Size(), open: func() (io.ReadCloser, error) { return openGzip(file, fi.Size(), l) }}}, f.Close}, nil
	}
	return &File{[]Member{{Size: fi.Size(), open: func() (io.ReadCloser, error) { return os.Open(file) }}}, f.Close}, nil
}

// OpenZIP lists the members of a ZIP that is in memory, such as one that came with a form, as
// [Open] does of a file.
func OpenZIP(data []byte, pattern string, l Limits) (*File, error) {
	return openZIP(bytes.NewReader(data), int64(len(data)), pattern, l.filled(), func() error { return nil })
}

// IsZIP says whether data begins as a ZIP does.
func IsZIP(data []byte) bool {
	return bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06"))
}

func openZIP(f io.ReaderAt, size int64, pattern string, l Limits, done func() error) (*File, error) {
	fail := func(err error) (*File, error) {
		return nil, errors.Join(err, done())
	}
	z, err := zip.NewReader(f, size)
	if err != nil {
		return fail(fmt.Errorf("the ZIP is cut or damaged (%v); fetch it again", err))
	}
	if len(z.File) > l.Members {
		return fail(fmt.Errorf("the ZIP has %d members; at most %d are taken", len(z.File), l.Members))
	}
	var members []Member
	var total int64
	for _, zf := range z.File {
		if err := safeName(zf.Name); err != nil {
			return fail(err)
		}
		base := path.Base(zf.Name)
		if zf.FileInfo().IsDir() || strings.HasPrefix(zf.Name, "__MACOSX/") || strings.HasPrefix(base, ".") {
			continue
		}
		if pattern != "" {
			if ok, err := path.Match(pattern, base); err != nil || !ok {
				continue
			}
		}
		unpacked, packed := int64(zf.UncompressedSize64), int64(zf.CompressedSize64)
		total += unpacked
		if total > l.Bytes || unpacked > suspectFrom && unpacked/l.Ratio > packed {
			return fail(fmt.Errorf("member %q says that it unpacks from %d to %d bytes, which is more than is safe; fetch the file from its publisher again", zf.Name, packed, unpacked))
		}
		members = append(members, Member{Name: zf.Name, Size: unpacked, open: func() (io.ReadCloser, error) {
			r, err := zf.Open()
			if err != nil {
				return nil, fmt.Errorf("member %q cannot be opened: %w", zf.Name, err)
			}
			return &guarded{r: r, name: zf.Name, left: unpacked}, nil
		}})
	}
	if len(members) == 0 {
		return fail(fmt.Errorf("the ZIP has no member that matches %q", pattern))
	}
	sort.Slice(members, func(i, j int) bool { return members[i].Name < members[j].Name })
	return &File{members, done}, nil
}

// safeName refuses names that would leave the archive if they were unpacked;
// an archive with such a name is not to be trusted in anything else.
func safeName(name string) error {
	clean := strings.ReplaceAll(name, `\`, "/")
	if path.IsAbs(clean) || strings.Contains(clean, ":") || clean == ".." || strings.HasPrefix(clean, "../") || strings.Contains(clean, "/../") || strings.HasSuffix(clean, "/..") {
		return fmt.Errorf("the ZIP has a member named %q, which points outside the archive; it is refused whole", name)
	}
	return nil
}

// guarded gives an error where a member has more bytes than its directory says,
// or ends before.
type guarded struct {
	r    io.ReadCloser
	name string
	left int64
}

func (g *guarded) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.left -= int64(n)
	if g.left < 0 {
		return 0, fmt.Errorf("member %q unpacks to more than its directory says; the archive is refused", g.name)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("member %q is cut or damaged (%v); fetch the file again", g.name, err)
	}
	return n, err
}

func (g *guarded) Close() error { return g.r.Close() }

func openGzip(file string, size int64, l Limits) (io.ReadCloser, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("the gzip file is cut or damaged (%v); fetch it again", err)
	}
	return &gunzip{z: z, f: f, packed: size, l: l}, nil
}

type gunzip struct {
	z      *gzip.Reader
	f      *os.File
	read   int64
	packed int64
	l      Limits
}

func (g *gunzip) Read(p []byte) (int, error) {
	n, err := g.z.Read(p)
	g.read += int64(n)
	if g.read > g.l.Bytes || g.read > suspectFrom && g.read/g.l.Ratio > g.packed {
		return 0, fmt.Errorf("the gzip file unpacks to more than is safe (%d bytes from %d)", g.read, g.packed)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("the gzip file is cut or damaged (%v); fetch it again", err)
	}
	return n, err
}

func (g *gunzip) Close() error {
	return errors.Join(g.z.Close(), g.f.Close())
}
