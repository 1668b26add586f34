package web

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"
)

// Bounds of what is kept of shapes in memory.
const (
	drawnMost      = 64
	drawnCharacter = 4 << 20 // of encoded shapes in all
)

// drawnAreas keeps the shapes that were asked for last: joined ones, which take long to make, and
// uploaded ones that are too long for an address. The zero value is ready. Nothing in it outlives
// the server, and visitors' shapes do not push out what a release keeps.
type drawnAreas struct {
	mu    sync.Mutex
	order []string // keys, the one used last at the end
	kept  map[string]foundArea
	size  int
}

func (d *drawnAreas) get(key string) (foundArea, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a, ok := d.kept[key]
	if ok {
		d.touch(key)
	}
	return a, ok
}

func (d *drawnAreas) touch(key string) {
	for i, k := range d.order {
		if k == key {
			d.order = append(append(d.order[:i:i], d.order[i+1:]...), key)
			return
		}
	}
	d.order = append(d.order, key)
}

func (d *drawnAreas) put(key string, a foundArea) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kept == nil {
		d.kept = map[string]foundArea{}
	}
	d.size += len(a.Text) - len(d.kept[key].Text)
	d.kept[key] = a
	d.touch(key)
	for len(d.order) > 1 && (len(d.order) > drawnMost || d.size > drawnCharacter) {
		oldest := d.order[0]
		d.order = d.order[1:]
		d.size -= len(d.kept[oldest].Text)
		delete(d.kept, oldest)
	}
}

// remember gives what is kept under key, or makes and keeps it.
func (d *drawnAreas) remember(key string, make func() (foundArea, error)) (foundArea, error) {
	if a, ok := d.get(key); ok {
		return a, nil
	}
	a, err := make()
	if err == nil {
		d.put(key, a)
	}
	return a, err
}

// keep puts a shape aside that is too long for an address, and gives the key of that.
func (s *Server) keep(a foundArea) string {
	sum := sha256.Sum256([]byte(a.Text))
	key := hex.EncodeToString(sum[:12])
	s.drawn.put("kept/"+key, a)
	return key
}

// keptArea finds a shape that was put aside.
func (s *Server) keptArea(key, name, made string) (foundArea, error) {
	a, ok := s.drawn.get("kept/" + key)
	if !ok {
		return foundArea{}, notFound("This shape was too long for an address and was kept in memory only; it is gone. Upload it again, and save it to keep it.")
	}
	if name != "" {
		a.Name = name
	}
	if made != "" {
		a.Made = made
	}
	return a, nil
}
