package consortium

import (
	"reflect"
	"testing"
)

// FuzzParseCall: what is read is written, and reads back the same.
func FuzzParseCall(f *testing.F) {
	f.Add([]byte("topics = [\"x\"]"))
	f.Add([]byte("name = \"a\"\nfixed = [\"b\"]\n[[need]]\nrole = \"firm\"\nat_least = 3\n"))
	f.Add([]byte("places = [\"p\"]\nindependent = true\nconnectors = -1\nmax_employees = 9"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCall(data)
		if err != nil {
			return
		}
		again, err := ParseCall(c.TOML())
		if err != nil {
			t.Fatalf("%v in\n%s", err, c.TOML())
		}
		if !reflect.DeepEqual(again.TOML(), c.TOML()) {
			t.Errorf("%+v, then %+v", c, again)
		}
	})
}
