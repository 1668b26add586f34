package frame_test

import (
	"testing"

	"milieu/internal/lake"
	"milieu/internal/survey/frame"
)

// many is a release of as many firms as the register has in Sheffield and Rotherham.
var many = []string{made[0], made[2], made[4], made[6], made[8], made[10], made[12],
	`insert into area select 'lad', 'a' || i, 'Area ' || i from range(4) t(i)`,
	`insert into organisation select 'o' || i, 'Firm ' || i, 'firm', chr(65 + (i % 19)::integer), 'Active', 'register', case when i % 2 = 0 then (i * 7919) % 300 end, date '2000-01-01', '25620', 'register', null from range(46611) t(i)`,
	`insert into site select 'o' || i || ':ro', 'o' || i, 'registered-office', i || ' High Street', 'Sheffield', 'S1 1AA', -1.5 + (i % 100) / 500, 53.3 + (i % 97) / 500, i % 50 = 0, 'register' from range(46611) t(i)`,
	`insert into site_area select 'o' || i, 'o' || i || ':ro', 'lad', 'a' || (i % 4) from range(46611) t(i)`,
	`insert into headcount select 'o' || i, date '2023-03-31', (i * 7919) % 300, 'accounts' from range(0, 46611, 2) t(i)`,
	`insert into activity select 'o' || i, '25620', 'Machining', 1, 'register' from range(46611) t(i)`,
}

func BenchmarkRead_46611(b *testing.B) {
	db, err := lake.Open(lake.Options{TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for _, s := range many {
		if err := db.Exec(b.Context(), s); err != nil {
			b.Fatalf("%s: %v", s, err)
		}
	}
	for b.Loop() {
		f, err := frame.Read(b.Context(), db, "r", frame.Query{Areas: "lad", Anchor: "o1", Strata: []string{frame.Size, frame.Section}, Least: 10})
		if err != nil || len(f.Units) != 46611 {
			b.Fatal(len(f.Units), err)
		}
	}
}
