// Package auth knows people: who they are (passwords, OIDC, sessions, tokens,
// invitations), what role they have in a workspace, and what each role may do.
// What is allowed stands in one table, Rules, and is asked where data is read or
// written (Permit, inside the transaction), not only where a page shows a button.
// It renders nothing and knows no record of the domain.
package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"milieu/internal/store"
)

// Role is what a person is in a workspace. Each role may do all that the roles
// before it may.
type Role string

// The roles, from least to most. Nobody is a visitor who has not signed in.
const (
	Nobody  Role = ""
	Reader  Role = "reader"
	Analyst Role = "analyst"
	Editor  Role = "editor"
	Manager Role = "manager"
	Owner   Role = "owner"
)

// Roles that a person can be given, from least to most.
var Roles = []Role{Reader, Analyst, Editor, Manager, Owner}

// Meaning says in a line what the role is for.
func (r Role) Meaning() string {
	switch r {
	case Reader:
		return "reads everything, and sees who decided what"
	case Analyst:
		return "also takes whole tables away and makes tokens for programs"
	case Editor:
		return "also decides: adds, corrects, joins, excludes, imports; and starts builds"
	case Manager:
		return "also invites people, ends sessions and reads the audit log"
	case Owner:
		return "also names other owners"
	}
	return "reads the public pages"
}

func (r Role) rank() int { return slices.Index(Roles, r) }

// Known says that the role is one of Roles.
func (r Role) Known() bool { return r.rank() >= 0 }

// AtLeast says that r may do all that other may.
func (r Role) AtLeast(other Role) bool { return r.rank() >= other.rank() }

// Action is something that is allowed or not.
type Action string

// The actions. Each route and each function that reads or changes what people
// made names one.
const (
	Enter         Action = "enter"          // sign in, accept an invitation, leave
	ReadPublic    Action = "read.public"    // pages and data of a place that is open
	ReadPlace     Action = "read.place"     // the same in a workspace that is closed
	ReadDecisions Action = "read.decisions" // decisions and who made them
	OwnAccount    Action = "account"        // own password, own sessions
	OwnTokens     Action = "tokens"         // own access tokens
	ExportTables  Action = "export.tables"
	Decide        Action = "decide" // add, correct, join, exclude, undo
	Import        Action = "import" // the same, many at once
	RunBuild      Action = "build"
	ReadJobs      Action = "read.jobs"
	ReadPeople    Action = "read.people"
	ManagePeople  Action = "people" // invite, change roles, end sessions
	NameOwners    Action = "owners" // make and unmake owners
	ReadAudit     Action = "read.audit"
	AnswerSurvey  Action = "answer"       // answer a survey by a link; the link itself is the right
	ReadSurveys   Action = "read.surveys" // whom a survey asks and how far it has come
	ReadAnswers   Action = "read.answers" // single answers of confidential and attributable surveys, interviews
	RunSurvey     Action = "survey"       // write, publish, draw, send, interview, code, keep prospects
	EraseAnswers  Action = "answers.erase"
	ReadWeights   Action = "read.weights" // workshops: who weighs what how
	Weigh         Action = "weigh"        // weigh criteria under one's own name
	RunWorkshop   Action = "workshop"     // options, criteria and scores of a workshop; weights in others' names
	ReadScenarios Action = "read.scenarios"
	KeepScenarios Action = "scenarios" // save, change, share, delete scenarios
	OpenShared    Action = "shared"    // open a scenario by a secret link; the link itself is the right
	ReadCases     Action = "read.cases"
	CommentCase   Action = "cases.comment" // comment on a case and suggest changes
	WriteCase     Action = "cases"         // start, write, delete cases; accept suggestions
	ApproveCase   Action = "cases.approve" // approve a version in one's own role
	PublishCase   Action = "cases.publish"
	OpenPublished Action = "published" // read a published case by its link; the link itself is the right
)

// Rule is one line of the table.
type Rule struct {
	Action  Action
	Least   Role // who may, and everyone above
	Meaning string
}

// Rules is the whole of who may do what.
var Rules = []Rule{
	{Enter, Nobody, "sign in, accept an invitation, sign out"},
	{ReadPublic, Nobody, "read the public pages and the open data"},
	{ReadPlace, Reader, "read the pages and data of a closed workspace"},
	{ReadDecisions, Reader, "read decisions, who made them and why"},
	{OwnAccount, Reader, "change the own password, end own sessions"},
	{ReadJobs, Reader, "see builds and their logs"},
	{ExportTables, Analyst, "take whole workspace tables away"},
	{OwnTokens, Analyst, "make and revoke own access tokens"},
	{Decide, Editor, "add, correct, join, part, move, exclude records; undo"},
	{Import, Editor, "import a spreadsheet"},
	{RunBuild, Editor, "start and cancel builds"},
	{AnswerSurvey, Nobody, "answer a survey by a link of one's own"},
	{ReadSurveys, Reader, "see whom surveys ask and how far they have come"},
	{ReadAnswers, Analyst, "read single answers, where they are not anonymous, and interviews"},
	{RunSurvey, Editor, "write, publish, draw and send surveys; interview, code, keep prospects"},
	{EraseAnswers, Manager, "erase what a firm said, on its request"},
	{ReadWeights, Reader, "see how stakeholders weigh criteria"},
	{Weigh, Reader, "weigh criteria under one's own name"},
	{RunWorkshop, Editor, "choose options and criteria of a workshop, score them, enter others' weights"},
	{OpenShared, Nobody, "open a scenario by the link that somebody shared"},
	{ReadScenarios, Reader, "see saved scenarios"},
	{KeepScenarios, Analyst, "save, change, share and delete scenarios"},
	{OpenPublished, Nobody, "read a published case by its link"},
	{ReadCases, Reader, "read cases that are being written, their versions and comments"},
	{CommentCase, Reader, "comment on a case and suggest changes"},
	{ApproveCase, Reader, "approve a version of a case in one's own role"},
	{WriteCase, Editor, "start, write and delete cases, accept suggestions"},
	{PublishCase, Manager, "publish a case under a link, and withdraw it"},
	{ReadPeople, Manager, "see people, roles and last sign-ins"},
	{ManagePeople, Manager, "invite people, change roles below owner, end sessions"},
	{ReadAudit, Manager, "read, verify and export the audit log"},
	{NameOwners, Owner, "make and unmake owners"},
}

// Least is the least role that may do the action; false when the table does not
// have it, and then nobody may.
func Least(a Action) (Role, bool) {
	for _, r := range Rules {
		if r.Action == a {
			return r.Least, true
		}
	}
	return Owner, false
}

// May says whether the role may do the action.
func (r Role) May(a Action) bool {
	least, known := Least(a)
	return known && r.AtLeast(least)
}

// Ways by which somebody acts.
const (
	ViaWeb     = "web"
	ViaAPI     = "api"
	ViaCommand = "command"
	ViaJob     = "job" // the program itself, at work that somebody asked for
)

// machine is who acts from the command line: whoever can read the store's file or
// knows its address can change all of it anyway.
const machine = "machine"

// Actor is who asks for something, in which workspace. The zero value is a visitor.
type Actor struct {
	Workspace string
	PersonID  string
	Name      string
	Email     string
	Role      Role
	Via       string
	SessionID string // of a browser
	TokenID   string // of a program
	Address   string // of the network
}

// Machine is the actor of commands on the machine itself.
func Machine(workspace string) Actor {
	return Actor{Workspace: workspace, PersonID: machine, Name: "the command line", Role: Owner, Via: ViaCommand}
}

// SignedIn says that the actor is somebody.
func (a Actor) SignedIn() bool { return a.PersonID != "" }

// May says whether the actor's role allows the action, as far as it was known when
// the request began: for what a page shows. What is read or written asks Permit.
func (a Actor) May(action Action) bool { return a.Role.May(action) }

// ErrDenied says that the actor may not do what was asked.
var ErrDenied = errors.New("this is not allowed")

// DeniedError says who would be allowed.
type DeniedError struct {
	Action Action
	Least  Role
	Signed bool // somebody is signed in, with too small a role
}

func (e *DeniedError) Error() string {
	if !e.Signed {
		return fmt.Sprintf("sign in as %s or more to do this", e.Least)
	}
	return fmt.Sprintf("this takes the role %s or more", e.Least)
}

// Unwrap makes it an ErrDenied.
func (e *DeniedError) Unwrap() error { return ErrDenied }

const roleQuery = `select m.role from member m where m.workspace = $1 and m.person_id = $2`

const tokenRoleQuery = `select t.role from token t where t.workspace = $1 and t.person_id = $2 and t.token_id = $3 and t.revoked_at = ''`

// Permit looks up, on q, what role the actor has at this moment and returns an
// ErrDenied when it does not allow the action. Called inside a transaction that reads,
// it judges by the moment that is read; one that writes asks PermitWrite.
// Whether a session or a token has run out is judged where the request begins
// (FromSession, FromToken), so that a request that was let in is not cut in half.
func Permit(ctx context.Context, q store.Querier, a Actor, action Action) error {
	least, known := Least(action)
	if !known {
		return fmt.Errorf("action %q is not in the table of who may do what: %w", action, ErrDenied)
	}
	if least == Nobody {
		return nil
	}
	role, err := current(ctx, q, a)
	if err != nil {
		return err
	}
	if !role.AtLeast(least) {
		return &DeniedError{Action: action, Least: least, Signed: a.SignedIn()}
	}
	return nil
}

func (a Actor) isMachine() bool { return a.Via == ViaCommand && a.PersonID == machine }

// current is the role that the actor has at this moment.
func current(ctx context.Context, q store.Querier, a Actor) (Role, error) {
	switch {
	case a.isMachine():
		return Owner, nil
	case !a.SignedIn():
		return Nobody, nil
	}
	role, err := roleNow(ctx, q, roleQuery, a.Workspace, a.PersonID)
	if err != nil || a.TokenID == "" {
		return role, err
	}
	// A token may hold less than its owner, and never more.
	own, err := roleNow(ctx, q, tokenRoleQuery, a.Workspace, a.PersonID, a.TokenID)
	return lesser(role, own), err
}

func lesser(a, b Role) Role {
	if a.AtLeast(b) {
		return b
	}
	return a
}

// PermitIn is Permit in a workspace: an actor of another one is nobody there, whatever
// role they hold at home.
func PermitIn(ctx context.Context, q store.Querier, workspace string, a Actor, action Action) error {
	if a.Workspace != workspace {
		least, _ := Least(action)
		return &DeniedError{Action: action, Least: least, Signed: a.SignedIn()}
	}
	return Permit(ctx, q, a, action)
}

const memberLock = `update member set role = role where workspace = $1 and person_id = $2`

// PermitWrite is PermitIn for a transaction that writes: until it ends nobody changes
// the actor's role or ends their tokens, so that what rests on the role stands in the
// log before the line that withdraws it. Only who acts as the same person waits.
// Ask it before anything else is locked, except rows of person.
func PermitWrite(ctx context.Context, q store.Querier, workspace string, a Actor, action Action) error {
	if a.Workspace == workspace && a.SignedIn() && !a.isMachine() {
		if _, err := q.ExecContext(ctx, memberLock, workspace, a.PersonID); err != nil {
			return err
		}
	}
	return PermitIn(ctx, q, workspace, a, action)
}

// PermittingWrite is PermitWrite for an actor and an action, for packages below this one.
func PermittingWrite(workspace string, a Actor, action Action) func(context.Context, store.Querier) error {
	return func(ctx context.Context, q store.Querier) error { return PermitWrite(ctx, q, workspace, a, action) }
}

// Permitting is PermitIn for an actor and an action, for packages below this one.
func Permitting(workspace string, a Actor, action Action) func(context.Context, store.Querier) error {
	return func(ctx context.Context, q store.Querier) error { return PermitIn(ctx, q, workspace, a, action) }
}

func roleNow(ctx context.Context, q store.Querier, query string, args ...any) (Role, error) {
	var role Role
	err := q.QueryRowContext(ctx, query, args...).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		return Nobody, nil
	}
	return role, err
}
