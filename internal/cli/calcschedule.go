package cli

import (
	"context"
	"flag"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"milieu/internal/milp"
	"milieu/internal/schedule"
)

// scheduleMethods are the methods of calc on the kernel schedule.
func scheduleMethods() []method {
	return []method{
		{"schedule", "id,duration[,value,earliest,latest,after,use]", "id,start,end,slack",
			"When each task begins, proven best: first the highest sum of values, each discounted from the end of its task; then the soonest end of the whole; then the least sum of starts. Periods are whole numbers from 0; end is the first period in which the task no longer runs. " +
				"earliest and latest bound the start; after lists ids with semicolons, each with a lag where there is one (a;b+2;c-1): the task begins when those have ended, so many periods later. use is what the task takes in each of its periods, of which --capacity is there. " +
				"slack is by how many periods the task can begin later without moving the end of the whole, use left aside. Tasks that wait for one another in a circle are refused with the circle; when no schedule keeps the rules, those that cannot hold together are named. Both end with exit code 1.", calcSchedule},
		{"pilot", "id,chance,value,cost,pilot_cost,delay,sensitivity,specificity", "id,now,first,waiting,perfect,if_positive,if_negative,chance_lo,chance_hi,value_lo,value_hi,best",
			"Scale up now, try out first, or leave it: the expected worth of the first two, the value of waiting (trying out less the better of the others), that of perfect information, the chance after each answer of the pilot, and for which chances and which values of a scheme that works the pilot is the best step (empty: for none; an empty upper end: without end). The cost is sunk whether the scheme works or not; the pilot puts it off by delay.", calcPilot},
	}
}

type scheduleFlags struct {
	horizon  int
	capacity float64
	discount string
	limit    time.Duration
}

func calcSchedule(fs *flag.FlagSet) func(context.Context, csvTable) ([]string, [][]string, error) {
	var f scheduleFlags
	fs.IntVar(&f.horizon, "horizon", 0, "`periods` within which all ends; 0 is as many as all tasks need one after the other")
	fs.Float64Var(&f.capacity, "capacity", -1, "the most that tasks use in one period, in units of the column use; below 0 is no bound")
	fs.StringVar(&f.discount, "discount", "0.035", "`SHARE` by which a value counts less for each period, as 0.035 or 3.5%")
	fs.DurationVar(&f.limit, "time-limit", 0, "stop after this `time`; what is not proven then is said on standard error")
	return func(ctx context.Context, t csvTable) ([]string, [][]string, error) {
		p, use, err := readTasks(t)
		if err != nil {
			return nil, nil, err
		}
		if err := f.apply(&p); err != nil {
			return nil, nil, err
		}
		if err := f.amounts(&p, use); err != nil {
			return nil, nil, err
		}
		if f.limit > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, f.limit)
			defer cancel()
		}
		sol, err := schedule.Solve(ctx, p, schedule.Options{})
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		if sol.Starts == nil {
			return nil, nil, noSchedule(t.name, sol)
		}
		if sol.Status != milp.Optimal || !sol.Shortest {
			t.warn("not proven best in the time given: the values come to %s, and no schedule reaches more than %s", full(sol.Value), full(sol.Bound))
		}
		floats, err := schedule.Critical(p, sol.Starts)
		if err != nil {
			return nil, nil, err
		}
		var rows [][]string
		for i, task := range p.Tasks {
			rows = append(rows, []string{task.ID, strconv.Itoa(sol.Starts[i]), strconv.Itoa(sol.Starts[i] + task.Duration), strconv.Itoa(floats[i].Slack)})
		}
		return []string{"id", "start", "end", "slack"}, rows, nil
	}
}

func noSchedule(name string, sol schedule.Solution) error {
	if sol.Status == milp.Infeasible {
		return fmt.Errorf("%s: no schedule keeps these rules together: %s", name, strings.Join(sol.Conflict, "; "))
	}
	return fmt.Errorf("%s: no schedule was found in the time given; give more time or a longer horizon", name)
}

// apply sets what the flags say of the whole.
func (f scheduleFlags) apply(p *schedule.Problem) error {
	p.Horizon = f.horizon
	var err error
	if p.Discount, err = discountOf(f.discount); err != nil {
		return err
	}
	if f.horizon < 0 {
		return usagef("--horizon is %d; give the number of periods", f.horizon)
	}
	if f.horizon == 0 {
		p.Horizon = 1
		first := 0
		for _, t := range p.Tasks {
			p.Horizon += t.Duration
			first = max(first, t.Earliest)
		}
		for _, l := range p.Links {
			p.Horizon += max(l.Lag, 0)
		}
		p.Horizon += first
	}
	return nil
}

// discountOf reads a share such as 0.035 or 3.5%.
func discountOf(text string) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || v != v {
		return 0, usagef("--discount %q is not a number; write a share as 0.035 or 3.5%%", text)
	}
	if percent {
		v /= 100
	}
	return v, nil
}

// mostUnits bounds what a capacity holds in its smallest unit: whole numbers are exact up to here.
const mostUnits = 1 << 52

// amounts turns what tasks use and the capacity into whole units of the last decimal that any of them has, since the
// kernel counts in whole units.
func (f scheduleFlags) amounts(p *schedule.Problem, use []float64) error {
	all := slices.Clone(use)
	if f.capacity >= 0 {
		all = append(all, f.capacity)
	}
	decimals := 0
	for _, v := range all {
		_, behind, _ := strings.Cut(plainNumber(v), ".")
		decimals = max(decimals, len(behind))
	}
	unit := math.Pow(10, float64(decimals))
	for _, v := range all {
		if v*unit > mostUnits {
			return usagef("use and --capacity hold %s beside %d decimals, which is more digits than are reckoned exactly: round them", plainNumber(v), decimals)
		}
	}
	for i, v := range use {
		for k := range p.Tasks[i].Duration {
			if v > 0 {
				p.Tasks[i].Uses = append(p.Tasks[i].Uses, schedule.Use{Resource: "use", Offset: k, Amount: int64(math.Round(v * unit))})
			}
		}
	}
	if f.capacity < 0 {
		return nil
	}
	for t := range p.Horizon {
		p.Capacities = append(p.Capacities, schedule.Capacity{Name: fmt.Sprintf("at most %s in %d", plainNumber(f.capacity), t), From: t, To: t + 1, Amount: int64(math.Round(f.capacity * unit))})
	}
	return nil
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// readTasks reads the tasks with what each uses, and what they wait for.
func readTasks(t csvTable) (p schedule.Problem, use []float64, err error) {
	cols, err := t.columns("id", "duration")
	if err != nil {
		return p, nil, err
	}
	for _, name := range []string{"value", "earliest", "latest", "after", "use"} {
		if _, ok := t.header[name]; !ok {
			cols = append(cols, -1)
			continue
		}
		at, err := t.columns(name)
		if err != nil {
			return p, nil, err
		}
		cols = append(cols, at[0])
	}
	line := map[string]int{}
	for i := range t.rows {
		task, err := t.task(i, cols)
		if err != nil {
			return p, nil, err
		}
		if before, twice := line[task.ID]; twice {
			return p, nil, fmt.Errorf("%s:%d: id %q stands in line %d already", t.name, t.lines[i], task.ID, before)
		}
		line[task.ID] = t.lines[i]
		p.Tasks = append(p.Tasks, task)
		uses, err := t.use(i, cols[6])
		if err != nil {
			return p, nil, err
		}
		use = append(use, uses)
	}
	for i := range t.rows {
		links, err := t.links(i, cols[5], p.Tasks[i].ID, line)
		if err != nil {
			return p, nil, err
		}
		p.Links = append(p.Links, links...)
	}
	return p, use, nil
}

func (t csvTable) task(i int, cols []int) (schedule.Task, error) {
	task := schedule.Task{ID: strings.TrimSpace(t.rows[i][cols[0]])}
	if task.ID == "" {
		return task, fmt.Errorf("%s:%d: the task has no id", t.name, t.lines[i])
	}
	duration, _, err := t.period(i, cols[1], "duration", 1)
	if err != nil {
		return task, err
	}
	task.Duration = duration
	if cols[2] >= 0 && strings.TrimSpace(t.rows[i][cols[2]]) != "" {
		if task.Value, err = t.number(i, cols[2], "value"); err != nil {
			return task, err
		}
	}
	if task.Earliest, _, err = t.period(i, cols[3], "earliest", 0); err != nil {
		return task, err
	}
	latest, set, err := t.period(i, cols[4], "latest", 0)
	if err != nil {
		return task, err
	}
	task.Latest = schedule.Limit{At: latest, Set: set}
	return task, nil
}

// use reads what a task takes in each of its periods; an empty cell is nothing.
func (t csvTable) use(i, col int) (float64, error) {
	if col < 0 || strings.TrimSpace(t.rows[i][col]) == "" {
		return 0, nil
	}
	v, err := t.number(i, col, "use")
	if err == nil && v < 0 {
		err = fmt.Errorf("%s:%d: use is %s; give 0 or more", t.name, t.lines[i], t.rows[i][col])
	}
	return v, err
}

// period reads a whole number; an empty cell and a column that is not there are not set.
func (t csvTable) period(i, col int, name string, least int) (n int, set bool, err error) {
	if col < 0 || name != "duration" && strings.TrimSpace(t.rows[i][col]) == "" {
		return 0, false, nil
	}
	v, err := t.number(i, col, name)
	if err != nil {
		return 0, false, err
	}
	if v != math.Trunc(v) || v < float64(least) || v > 1e9 {
		return 0, false, fmt.Errorf("%s:%d: %s is %s; give a whole number of %d or more", t.name, t.lines[i], name, t.rows[i][col], least)
	}
	return int(v), true, nil
}

// links reads the cell after: ids with semicolons, each with a lag such as +2 or -1. An id
// that holds such a sign itself is known by standing in the table.
func (t csvTable) links(i, col int, id string, line map[string]int) ([]schedule.Link, error) {
	if col < 0 {
		return nil, nil
	}
	var out []schedule.Link
	for _, part := range strings.Split(t.rows[i][col], ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		l := schedule.Link{Before: part, After: id}
		if _, ok := line[part]; !ok {
			at := strings.LastIndexAny(part, "+-")
			lag, err := strconv.Atoi(part[max(at, 0):])
			if at < 0 || err != nil {
				return nil, fmt.Errorf("%s:%d: after names %q, which is no id of the table", t.name, t.lines[i], part)
			}
			l.Before, l.Lag = strings.TrimSpace(part[:at]), lag
			if _, ok := line[l.Before]; !ok {
				return nil, fmt.Errorf("%s:%d: after names %q, which is no id of the table", t.name, t.lines[i], l.Before)
			}
		}
		out = append(out, l)
	}
	return out, nil
}
