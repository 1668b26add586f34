package graph

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
)

// Membership says that a member takes part in a project; both are numbers from 0.
type Membership struct{ Project, Member int32 }

// Incidence is who takes part in what, two kinds of nodes with ties between the kinds only, in compressed rows both
// ways. It is the truth from which the one-mode network of members is a view. It does not change.
type Incidence struct {
	byProject, byMember rowList
}

// rowList holds lists side by side: list i is items[start[i]:start[i+1]].
type rowList struct{ start, items []int32 }

func (l rowList) row(i int) []int32 { return l.items[l.start[i]:l.start[i+1]] }

// NewIncidence builds an incidence of the numbers of projects and members given. A member named twice in a project
// counts once. It fails on a number out of range, naming the row of the list, counted from 0.
func NewIncidence(projects, members int, list []Membership) (Incidence, error) {
	for i, m := range list {
		if m.Project < 0 || int(m.Project) >= projects || m.Member < 0 || int(m.Member) >= members {
			return Incidence{}, fmt.Errorf("graph: membership %d of member %d in project %d: there are %d members and %d projects, numbered from 0", i, m.Member, m.Project, members, projects)
		}
	}
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b Membership) int {
		return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.Member, b.Member))
	})
	sorted = slices.Compact(sorted)
	in := Incidence{
		byProject: newRowList(projects, len(sorted)),
		byMember:  newRowList(members, len(sorted)),
	}
	for _, m := range sorted {
		in.byProject.start[m.Project+1]++
		in.byMember.start[m.Member+1]++
	}
	in.byProject.add()
	in.byMember.add()
	at := slices.Clone(in.byMember.start)
	for i, m := range sorted {
		in.byProject.items[i] = m.Member
		in.byMember.items[at[m.Member]] = m.Project
		at[m.Member]++
	}
	return in, nil
}

func newRowList(rows, items int) rowList {
	return rowList{start: make([]int32, rows+1), items: make([]int32, items)}
}

// add turns lengths into starts.
func (l rowList) add() {
	for i := 1; i < len(l.start); i++ {
		l.start[i] += l.start[i-1]
	}
}

// Members lists the members of project p, ascending. The slice belongs to the incidence.
func (in Incidence) Members(p int) []int32 { return in.byProject.row(p) }

// Projects lists the projects of member m, ascending. The slice belongs to the incidence.
func (in Incidence) Projects(m int) []int32 { return in.byMember.row(m) }

// Joint returns how many projects each member shares with at least one other, which is its strength in the one-mode
// network: each project with k members gives a member k−1 ties of 1/(k−1).
func (in Incidence) Joint() []int {
	joint := make([]int, max(0, len(in.byMember.start)-1))
	for m := range joint {
		for _, p := range in.Projects(m) {
			if len(in.Members(int(p))) > 1 {
				joint[m]++
			}
		}
	}
	return joint
}

// Tie is two members that share projects, A < B.
type Tie struct {
	A, B int32
	// Shared is the number of projects of both.
	Shared int32
	// Weight is the sum over those of 1/(k−1), with k the members of the project (Newman, "Scientific collaboration
	// networks. II", Physical Review E 64 (2001)): partners in a large project know each other less.
	Weight float64
}

// Ties yields the one-mode network, each pair of members once, ascending by A, then B. It holds the ties of one member
// at a time, so that a project of thousands, which is millions of ties, needs no memory to speak of. A project of one
// gives no tie. The work grows with the sum of k² over projects.
func (in Incidence) Ties() iter.Seq[Tie] {
	return func(yield func(Tie) bool) {
		members := max(0, len(in.byMember.start)-1)
		shared, weight := make([]int32, members), make([]float64, members)
		var touched []int32
		for a := range int32(members) {
			touched = touched[:0]
			for _, p := range in.Projects(int(a)) {
				all := in.Members(int(p))
				share := 1 / float64(len(all)-1)
				from, _ := slices.BinarySearch(all, a)
				for _, b := range all[from+1:] {
					if shared[b] == 0 {
						touched = append(touched, b)
						weight[b] = 0
					}
					shared[b]++
					weight[b] += share
				}
			}
			slices.Sort(touched)
			for _, b := range touched {
				if !yield(Tie{a, b, shared[b], weight[b]}) {
					return
				}
				shared[b] = 0
			}
		}
	}
}
