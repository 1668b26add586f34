package evidence

import "fmt"

// Concerns lists what a reader of a source should know before relying on it:
// rejects, emptied cells, a missing licence or date of retrieval. An empty list
// is a source in order.
func Concerns(s ManifestSource) []string {
	var out []string
	if s.Licence == "" || s.Licence == "not stated" {
		out = append(out, "no licence is stated: say licence = \"...\" for it in "+File)
	}
	if s.Retrieved == "" {
		out = append(out, "no date of retrieval: say retrieved = \"YYYY-MM-DD\"")
	}
	r := s.Reading
	if r.Rejected > 0 {
		out = append(out, fmt.Sprintf("%d of %d rows were rejected", r.Rejected, r.Read))
	}
	if r.Cells > 0 {
		out = append(out, fmt.Sprintf("%d cells could not be read and are empty", r.Cells))
	}
	if r.Decoded > 0 {
		out = append(out, fmt.Sprintf("%d rows were not UTF-8 and were read as Windows-1252", r.Decoded))
	}
	return out
}
