package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/network"
	"milieu/internal/network/consortium"
)

// PartnerSet is a set of partners side by side with what the call requires.
type PartnerSet struct {
	Title    string
	Needs    []string
	Members  []MemberView
	NewTies  int
	Links    []HeldTie
	Missing  []NewTieView
	Unmet    []string
	With     string // address of the set, to change it
	Partners string // ids, for a form
	Name     string // proposed for keeping
}

// ComparedRow is one thing of several sets.
type ComparedRow struct {
	Label string
	Cells []string
}

// sideBySide puts sets side by side: who covers what, and what is to be done.
func sideBySide(sets []PartnerSet) []ComparedRow {
	if len(sets) < 2 {
		return nil
	}
	var out []ComparedRow
	for k, need := range sets[0].Needs {
		row := ComparedRow{Label: need}
		for _, v := range sets {
			var who []string
			for _, m := range v.Members {
				switch m.Covers[k] {
				case "yes":
					who = append(who, m.Name)
				case "":
				default:
					who = append(who, m.Name+" (not known)")
				}
			}
			row.Cells = append(row.Cells, andList(who))
		}
		out = append(out, row)
	}
	open, partners, held, made := ComparedRow{Label: "Left open"}, ComparedRow{Label: "Partners"}, ComparedRow{Label: "Ties on record among them"}, ComparedRow{Label: "New ties to make"}
	for _, v := range sets {
		open.Cells = append(open.Cells, andList(v.Unmet))
		partners.Cells = append(partners.Cells, strconv.Itoa(len(v.Members)))
		held.Cells = append(held.Cells, strconv.Itoa(len(v.Links)))
		made.Cells = append(made.Cells, strconv.Itoa(v.NewTies))
	}
	return append(out, open, partners, held, made)
}

// MemberView is a partner with which requirements it meets.
type MemberView struct {
	ID, Name, Path, Role string
	Covers               []string // a word for each requirement: "yes", "not known" or ""
	Note                 string
	SwapPath             string
}

// HeldTie is a tie on record between two partners.
type HeldTie struct{ A, B, Ref string }

// NewTieView is a tie that would have to be made.
type NewTieView struct{ A, B, Via, IntroPath string }

// GapView is a requirement that nobody meets, or too few.
type GapView struct {
	Need       string
	Want, Have int
	Near       []NearView
}

// NearView is who comes near to a requirement.
type NearView struct{ Name, Path, Says string }

// SwapView is what others would do in the place of one partner.
type SwapView struct {
	Out  string // name of the one who leaves; "" one more is added
	Rows []SwapRow
}

// SwapRow is one who could come in.
type SwapRow struct {
	Name, Path      string // Name "": the place stays empty
	NewTies, Change int
	ChangeSay       string
	Lost, Gained    string
	TakePath        string // what-if with it
	Partners        string // of the set with it, to be kept
}

// requirements are what the partners of the sets meet or may meet, in the order in which they come up.
func requirements(sets ...consortium.Proposal) []string {
	var out []string
	for _, x := range sets {
		for _, m := range x.Members {
			for _, name := range slices.Concat(m.Meets, m.Unknown) {
				if !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// partnerSet puts a set into words.
func partnerSet(b *network.Book, title string, call consortium.Call, x consortium.Proposal, toml string, columns []string) PartnerSet {
	v := PartnerSet{Title: title, NewTies: x.NewTies, Unmet: x.Unmet, Name: call.Name, Needs: columns}
	var ids []string
	for _, m := range x.Members {
		ids = append(ids, m.ID)
	}
	v.Partners = strings.Join(ids, "\n")
	v.With = "/consortia?" + setQuery(toml, ids).Encode()
	for _, m := range x.Members {
		mv := MemberView{ID: m.ID, Name: m.Name, Path: orgPath(m.ID), Role: m.Role, SwapPath: v.With + "&" + url.Values{"swap": {m.ID}}.Encode() + "#swap"}
		for _, name := range columns {
			mv.Covers = append(mv.Covers, covers(m, name))
		}
		var notes []string
		if m.Fixed {
			notes = append(notes, "named by the call")
		}
		if m.Connector {
			notes = append(notes, "joins the others")
		}
		mv.Note = andList(notes)
		v.Members = append(v.Members, mv)
	}
	for _, l := range x.Links {
		p, q := b.Node(l.A), b.Node(l.B)
		v.Links = append(v.Links, HeldTie{p.Name, q.Name, network.TiedRef(p.ID, q.ID)})
	}
	for _, m := range x.Missing {
		p, q := b.Node(m.A), b.Node(m.B)
		t := NewTieView{A: p.Name, B: q.Name, IntroPath: "/introductions?" + url.Values{"org": {p.ID}}.Encode()}
		if m.Via >= 0 {
			t.Via = b.Node(m.Via).Name
		}
		v.Missing = append(v.Missing, t)
	}
	return v
}

func covers(m consortium.Member, name string) string {
	switch {
	case slices.Contains(m.Meets, name):
		return "yes"
	case slices.Contains(m.Unknown, name):
		return "not known"
	}
	return ""
}

// setQuery is a call with a set, as an address.
func setQuery(toml string, ids []string) url.Values {
	return url.Values{"call": {toml}, "with": ids}
}

func gapViews(gaps []consortium.Gap) []GapView {
	var out []GapView
	for _, g := range gaps {
		v := GapView{Need: g.Need, Want: g.Want, Have: g.Have}
		for _, n := range g.Near {
			var says []string
			if len(n.Lacks) > 0 {
				says = append(says, "lacks "+andList(n.Lacks))
			}
			if len(n.Unknown) > 0 {
				says = append(says, "not known: "+andList(n.Unknown))
			}
			v.Near = append(v.Near, NearView{n.Name, orgPath(n.ID), strings.Join(says, "; ")})
		}
		out = append(out, v)
	}
	return out
}

// swapView is what others would do in the place of a partner, or as one more.
func swapView(j judgedSet, out, toml string) *SwapView {
	var ids []string
	v := &SwapView{}
	for _, m := range j.set.Members {
		if m.ID == out {
			v.Out = m.Name
		} else {
			ids = append(ids, m.ID)
		}
	}
	for _, a := range j.swap[:min(len(j.swap), swapRows)] {
		set := slices.Clone(ids)
		row := SwapRow{Name: a.Name, NewTies: a.NewTies, Change: a.Change, ChangeSay: chart.Signed(float64(a.Change), 0), Lost: andList(a.Lost), Gained: andList(a.Gained)}
		if a.ID != "" {
			row.Path = orgPath(a.ID)
			set = append(set, a.ID)
		}
		row.Partners = strings.Join(set, "\n")
		row.TakePath = "/consortia?" + setQuery(toml, set).Encode()
		v.Rows = append(v.Rows, row)
	}
	return v
}

var consortiumHeader = []string{"set", "organisation_id", "name", "role", "meets", "not_known", "note", "new_ties_of_the_set"}

func setsCSV(w http.ResponseWriter, sets []PartnerSet) error {
	var out [][]string
	for _, v := range sets {
		for _, m := range v.Members {
			var meets, unknown []string
			for i, c := range m.Covers {
				switch c {
				case "yes":
					meets = append(meets, v.Needs[i])
				case "":
				default:
					unknown = append(unknown, v.Needs[i])
				}
			}
			out = append(out, []string{v.Title, m.ID, m.Name, m.Role, strings.Join(meets, ";"), strings.Join(unknown, ";"), m.Note, strconv.Itoa(v.NewTies)})
		}
	}
	return writeCSV(w, "consortium", consortiumHeader, out)
}
