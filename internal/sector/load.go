package sector

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

//go:embed shipped/*.toml
var shippedFS embed.FS

// Dir is the folder of a workspace with its own definitions.
const Dir = "sectors"

// Origins of a definition.
const (
	FromShipped   = "shipped"
	FromWorkspace = "workspace"
	FromDecision  = "decision"
)

// Kept is a definition with where it comes from.
type Kept struct {
	Definition
	Origin string // shipped, workspace or decision
	File   string // of the workspace, else the shipped file's name
}

// Shipped are the definitions that come with the program, by id.
func Shipped() ([]Kept, error) {
	entries, err := shippedFS.ReadDir("shipped")
	if err != nil {
		return nil, err
	}
	var out []Kept
	for _, e := range entries {
		text, err := shippedFS.ReadFile("shipped/" + e.Name())
		if err != nil {
			return nil, err
		}
		d, err := Parse(e.Name(), string(text))
		if err != nil {
			return nil, err
		}
		out = append(out, Kept{d, FromShipped, e.Name()})
	}
	return out, nil
}

// FindShipped is the shipped definition of an id, false where there is none.
func FindShipped(id string) (Kept, bool) {
	all, err := Shipped()
	if err != nil {
		return Kept{}, false
	}
	i := slices.IndexFunc(all, func(k Kept) bool { return k.ID == id })
	if i < 0 {
		return Kept{}, false
	}
	return all[i], true
}

// Load gives the definitions of a workspace, by id: the shipped ones and those in
// dir/sectors, of which one of the same id takes the shipped one's place. Only those
// named in wanted stay, in no other order; none named are all.
func Load(dir string, wanted []string) ([]Kept, error) {
	list, err := Shipped()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, Dir, "*.toml"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	own := map[string]string{}
	for _, path := range files {
		name := filepath.ToSlash(filepath.Join(Dir, filepath.Base(path)))
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("sector definition: %w", err)
		}
		d, err := Parse(name, string(text))
		if err != nil {
			return nil, err
		}
		if first, twice := own[d.ID]; twice {
			return nil, fmt.Errorf("%s and %s both define the sector %q; give one of them another id", first, name, d.ID)
		}
		own[d.ID] = name
		list = put(list, Kept{d, FromWorkspace, name})
	}
	return choose(list, wanted)
}

// put adds a definition in the place of one of the same id.
func put(list []Kept, k Kept) []Kept {
	list = slices.DeleteFunc(list, func(o Kept) bool { return o.ID == k.ID })
	list = append(list, k)
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list
}

func choose(list []Kept, wanted []string) ([]Kept, error) {
	if len(wanted) == 0 {
		return list, nil
	}
	var ids []string
	for _, k := range list {
		ids = append(ids, k.ID)
	}
	for _, w := range wanted {
		if !slices.Contains(ids, w) {
			return nil, fmt.Errorf("milieu.toml: sectors names %q, which is no sector; there are %s", w, strings.Join(ids, ", "))
		}
	}
	return slices.DeleteFunc(list, func(k Kept) bool { return !slices.Contains(wanted, k.ID) }), nil
}
