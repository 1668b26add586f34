package link

// Ref names a record: the number of its table and its row there, both from 0.
type Ref struct{ Table, Row int }

// Pair is two records and what their comparison gave. The left one stands in the
// earlier table, or has the smaller id in the same table.
type Pair struct {
	Left, Right Ref
	// Weight is the sum of the parts, in log2 units; 0 is an even chance.
	Weight      float64
	Probability float64
	// Match says that the probability reaches the threshold and, with
	// Options.Single, that no better link stands in the way.
	Match bool
	// Levels are the levels that held, in the order of the comparisons; -1 where
	// a value is missing.
	Levels []int8
	// Parts say where the weight comes from, the prior first. Run fills them only
	// when asked (Options.Parts).
	Parts []Part
}

// Part is what one comparison adds to the weight of a pair.
type Part struct {
	Name   string  `json:"part"`
	Detail string  `json:"detail"`
	Weight float64 `json:"weight"`
}
