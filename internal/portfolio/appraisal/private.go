package appraisal

import (
	"strings"

	"milieu/internal/portfolio/parameter"
)

// PrivateFunder says that money of a funder is not public: its name holds one of the words of the parameter
// appraisal/private-funders. Appraisals and plans part public from private money by this.
func PrivateFunder(params parameter.Set, funder string) bool {
	p, _ := params.Get(idPrivate)
	for _, word := range strings.Split(strings.ToLower(p.Text), ";") {
		if word = strings.TrimSpace(word); word != "" && strings.Contains(strings.ToLower(funder), word) {
			return true
		}
	}
	return false
}
