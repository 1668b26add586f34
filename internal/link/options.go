package link

// Options say how tables are linked. The zero value links in memory with all
// processors and the numbers of the model.
type Options struct {
	// Dir is a folder of this linkage alone for its chunks and its state. With one, a
	// run that was killed goes on where it stood, and a later run with more or
	// other records scores only the pairs of those. Without, nothing is kept.
	Dir string
	// Workers is the number of goroutines, by default that of the processors.
	Workers int
	// MemoryMB bounds what the engine takes beside the tables, by default 2048; what
	// is more goes to Dir or a temporary folder.
	MemoryMB int
	// Seed chooses the random pairs of training.
	Seed uint64
	// Train estimates the levels' m and u and the prior from the tables before
	// scoring; otherwise the model's numbers are used.
	Train bool
	// Keep is the least probability of a pair that is given out; 0 means the model's.
	Keep float64
	// Threshold is the least probability of a match; 0 means the model's.
	Threshold float64
	// Single takes, among the matches, only the best link of each record into a
	// unique table.
	Single bool
	// Parts fills Pair.Parts.
	Parts bool
	// Counted is told of the pairs of each rule before any is compared; an error ends
	// the run.
	Counted func([]RuleReport) error
	// Progress is told of the work, from any goroutine.
	Progress func(done, total int64, unit string)
}

// Report says what a run did.
type Report struct {
	Records []TableReport `json:"records"`
	Rules   []RuleReport  `json:"rules"`
	// Prior is the chance that was taken that two records picked at random are a match.
	Prior float64 `json:"prior"`
	// Scored are the pairs that were compared, by this run or the interrupted one that
	// it goes on with; Reused those given out from an earlier run.
	Scored  int64 `json:"scored"`
	Reused  int64 `json:"reused"`
	Kept    int64 `json:"kept"`
	Matches int64 `json:"matches"`
	// Chunks is the number of parts of the work, Resumed how many an earlier,
	// interrupted run had done.
	Chunks   int       `json:"chunks"`
	Resumed  int       `json:"resumed"`
	Spilled  int64     `json:"spilled_bytes"`
	Training *Training `json:"training,omitempty"`
}

// TableReport counts a table.
type TableReport struct {
	Name    string `json:"name"`
	Records int    `json:"records"`
	Blocked int    `json:"blocked"` // records that share a block with another
}

// RuleReport counts a blocking rule.
type RuleReport struct {
	Name   string `json:"name"`
	Blocks int64  `json:"blocks"` // keys that two or more records share
	Pairs  int64  `json:"pairs"`  // in those blocks, before earlier rules are looked at
	Split  int64  `json:"split"`  // blocks over the cap that a second key divided
	// Refused are the blocks over the cap that nothing divides; their pairs are not
	// looked at unless another rule finds them.
	Refused []Refused `json:"refused,omitempty"`
	// RefusedBlocks and RefusedPairs count all of them; Refused lists the largest.
	RefusedBlocks int64 `json:"refused_blocks"`
	RefusedPairs  int64 `json:"refused_pairs"`
}

// Refused is a block over the cap.
type Refused struct {
	Key     string `json:"key"`
	Records int    `json:"records"`
	Pairs   int64  `json:"pairs"`
}

// Training says what was estimated and what could not be.
type Training struct {
	RandomPairs int64         `json:"random_pairs"`
	Passes      []TrainedPass `json:"passes"`
	// Unseen are levels for which the data hold no example: they keep the model's
	// numbers.
	Unseen []string `json:"unseen,omitempty"`
}

// TrainedPass is one estimation of m over the pairs of one rule.
type TrainedPass struct {
	Rule       string   `json:"rule"`
	Pairs      int64    `json:"pairs"`
	Iterations int      `json:"iterations"`
	Converged  bool     `json:"converged"`
	LeftOut    []string `json:"left_out"` // comparisons of the columns that the rule blocks on
	// Skipped says why nothing was estimated.
	Skipped string `json:"skipped,omitempty"`
}
