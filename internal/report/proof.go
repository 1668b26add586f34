package report

// Proof is the way from a figure to the lines it was made from, flat and ready to be printed.
type Proof struct {
	Ref    string
	Title  string // what the figure is
	Value  string // as its source page shows it
	How    string // how it was reckoned, with its numbers; empty for a plain fact
	Method string // where the method is described
	Steps  []Step // what it was made from, in the order of reckoning
	More   int    // steps and lines left out because there are too many
}

// Step is a step of a proof, or a line of a source where File is set.
type Step struct {
	Depth     int // 1 for what the figure was made from itself
	Title     string
	Value     string
	How       string
	URL       string // page that the record cites
	Source    string // title of the source
	Licence   string
	Retrieved string
	File      string
	Line      int
	Text      string // the line as it stands in the file
	Problem   string // why the line cannot be shown
}
