// Package textindex finds names while they are typed: it owns the tokens of a name, the index over millions of names
// and the order of the hits. It does not read or map files, knows nothing of what a name stands for, and does not
// correct spelling.
//
// A Builder takes documents (a key and a name) in order of importance and writes one deterministic block of bytes;
// Open uses such bytes where they lie, also when they are memory-mapped. The block holds the sorted tokens, the
// documents of each token, ready lists for the prefixes that many documents share, the exact names by hash, and
// the names and keys themselves, so that a hit needs no other store.
//
// Every token of a query must be in the name: the last as a beginning (unless a space follows it), the others whole,
// or as beginnings where no name has them whole. "ltd", "limited", "plc" and "llp" are ignored beside other words.
package textindex

// Hit is one document found.
type Hit struct {
	// Doc is the document's number: its rank in importance, 0 first.
	Doc  uint32
	Key  string
	Name string
}

// Result is what a search found, best first: names that are exactly the query (but for the legal form), then, among
// the most important documents that match (at least 256, and four times the limit), names that begin with the query,
// names whose first word begins with the query's first word, and the others; each group by document number.
type Result struct {
	Hits []Hit
	// Truncated says that the search ended at its budget of work, or that the query was cut at 16 words: less
	// important documents may be missing.
	Truncated bool
}
