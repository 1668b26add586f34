package choice

import _ "embed"

// Example is a problem that shows every part of the format but draws that are listed.
//
//go:embed schema/example.json
var Example string

//go:embed schema/problem.json
var problemSchema string

//go:embed schema/solution.json
var solutionSchema string

// Schema is the JSON schema (draft 2020-12) of a format: problem or solution.
func Schema(format string) (text string, ok bool) {
	switch format {
	case "problem":
		return problemSchema, true
	case "solution":
		return solutionSchema, true
	}
	return "", false
}
