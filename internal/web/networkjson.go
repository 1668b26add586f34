package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/org"
)

// networkFile is the picture's data as the island reads it: a column for each fact of organisations and of ties.
type networkFile struct {
	ID      []string  `json:"id"`
	Name    []string  `json:"name"`
	Role    []int     `json:"role"`   // of Roles
	Sector  []int     `json:"sector"` // of Sectors, -1 for none
	X       []int     `json:"x"`      // ten thousandths of the side of the drawing
	Y       []int     `json:"y"`      // downwards
	Degree  []int     `json:"degree"` // under the filter
	Between []float64 `json:"between,omitempty"`
	Group   []int     `json:"group,omitempty"`

	A      []int    `json:"a"` // number of an organisation of this file
	B      []int    `json:"b"`
	Kind   []uint32 `json:"kind"` // bit i is Kinds[i]
	Strong []int    `json:"strong"`
	First  []int16  `json:"first"` // year, 0 is not dated
	Last   []int16  `json:"last"`  // year, 9999 goes on

	Roles   [][2]string `json:"roles"`
	Sectors []string    `json:"sectors"`
	Groups  []string    `json:"groups,omitempty"`
	Kinds   []string    `json:"kinds"`
	Focus   string      `json:"focus,omitempty"`
	Note    string      `json:"note,omitempty"`
}

func (s *Server) networkJSON(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := s.askNetwork(r, snap)
	if err != nil {
		return err
	}
	v := netViewOf(snap, ask)
	pic, err := pictureOf(r, snap, ask, v)
	if err != nil {
		return err
	}
	slow, err := s.slowOf(r, snap, v)
	if err != nil {
		return err
	}
	encode := func() ([]byte, error) { return json.Marshal(pic.file(v, slow)) }
	var data []byte
	if pic.center < 0 {
		data, err = netKeep(v, fmt.Sprint("json/", slow == nil), encode)
	} else {
		data, err = encode()
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if len(data) > packedOnce && pic.center < 0 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		// Megabytes are packed once, not for each visitor.
		if data, err = netKeep(v, fmt.Sprint("json.gz/", slow == nil), func() ([]byte, error) { return packed(data) }); err != nil {
			return err
		}
		w.Header().Set("Content-Encoding", "gzip")
	}
	_, err = w.Write(data)
	return err
}

// packedOnce is from how many bytes on the packed picture is kept too.
const packedOnce = 200_000

func packed(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// file writes the picture as columns.
func (p netPicture) file(v *netView, slow *netSlow) networkFile {
	f := networkFile{Note: p.cut(), ID: []string{}, Name: []string{}, Role: []int{}, Sector: []int{}, X: []int{}, Y: []int{}, Degree: []int{},
		A: []int{}, B: []int{}, Kind: []uint32{}, Strong: []int{}, First: []int16{}, Last: []int16{}, Sectors: []string{}}
	roles := map[string]int{}
	for _, role := range append(slices.Clone(org.Roles), org.Role{Key: org.RoleOther, Label: "Not known"}) {
		roles[role.Key] = len(f.Roles)
		f.Roles = append(f.Roles, [2]string{role.Key, role.Label})
	}
	names, rank := sectorRanks(v)
	f.Sectors = append(f.Sectors, names...)
	for _, k := range v.Book.Kinds() {
		f.Kinds = append(f.Kinds, lowerFirst(k.Label))
	}
	degree := v.basics().degree
	number := make([]int, len(v.Nodes))
	for k, n := range p.nodes {
		node := v.Node(n)
		number[n] = k
		role, ok := roles[node.Role]
		if !ok {
			role = roles[org.RoleOther]
		}
		f.ID, f.Name, f.Role, f.Sector = append(f.ID, node.ID), append(f.Name, node.Name), append(f.Role, role), append(f.Sector, firstSector(node, rank))
		f.X, f.Y, f.Degree = append(f.X, int(math.Round(1e4*p.at[k].X))), append(f.Y, int(math.Round(1e4*p.at[k].Y))), append(f.Degree, degree[n])
		if slow != nil {
			f.Between, f.Group = append(f.Between, math.Round(10*slow.Betweenness[n])/10), append(f.Group, slow.Community.Of[n])
		}
	}
	for _, i := range p.pairs {
		pair := v.Pairs[i]
		strong := 0
		if pair.Strong {
			strong = 1
		}
		f.A, f.B, f.Kind, f.Strong = append(f.A, number[pair.A]), append(f.B, number[pair.B]), append(f.Kind, pair.Kinds), append(f.Strong, strong)
		f.First, f.Last = append(f.First, pair.First), append(f.Last, pair.Last)
	}
	if slow != nil {
		for _, members := range slow.members[:min(len(slow.members), len(palette))] {
			f.Groups = append(f.Groups, groupName(v, members))
		}
	}
	if p.center >= 0 {
		f.Focus = v.Node(p.center).ID
	}
	return f
}

// groupName calls a group by its best tied member.
func groupName(v *netView, members []int32) string {
	best := -1
	degree := v.basics().degree
	for _, m := range members {
		if best < 0 || degree[m] > degree[best] {
			best = int(m)
		}
	}
	if best < 0 {
		return "nobody"
	}
	return cutName(v.Node(best).Name) + " and " + strconv.Itoa(len(members)-1) + " more"
}

// cutName shortens a name at a word for where room is scarce.
func cutName(name string) string {
	const most = 40
	r := []rune(name)
	if len(r) <= most {
		return name
	}
	return string(r[:most-1]) + "…"
}
