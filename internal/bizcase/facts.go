package bizcase

import (
	"context"

	"milieu/internal/report"
)

// Facts answers what the insertions of a case stand for, of one release, one plan and the parameters in force. Package
// facts makes them.
type Facts interface {
	// Figure is what a name or reference stands for. An *UnknownError says that there is nothing of that name.
	Figure(ctx context.Context, words []string) (report.Figure, error)
	// Blocks are the table or chart of a name, with what must be said beside it. An *UnknownError says that there is none.
	Blocks(ctx context.Context, kind, name string) ([]report.Block, error)
	// Names lists what can be inserted by name, in the order of the case.
	Names(ctx context.Context) ([]Name, error)
	// Proofs are the chains of references, in their order. One that cannot be followed says so in its How.
	Proofs(ctx context.Context, refs []string) ([]report.Proof, error)
	// Frame has what a document says of where it comes from: release, date, sources, assumptions.
	Frame(ctx context.Context) (report.Document, error)
}

// Name is something that can be inserted.
type Name struct {
	Source string // what to write between the braces
	Kind   string // figure, words, table, chart
	Title  string // what it is, in words
	Group  string // where it belongs: place, specialisation, clusters, links, voices, plan, options, costs, appraisal, sequence, risks, targets
	Value  string // what it comes to now; empty for tables and charts
	Ref    string
}

// UnknownError says that an insertion names nothing, and what to write instead.
type UnknownError struct{ Message string }

func (e *UnknownError) Error() string { return e.Message }

// Unproved are facts that follow no figure to its source: what is only read or checked needs no chains, which take the longest.
type Unproved struct{ Facts }

// Proofs gives none.
func (Unproved) Proofs(context.Context, []string) ([]report.Proof, error) { return nil, nil }
