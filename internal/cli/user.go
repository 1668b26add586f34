package cli

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"milieu/internal/auth"
	"milieu/internal/evidence"
)

func userCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := fs.String("dir", ".", "`folder` of the workspace")
	role := fs.String("role", string(auth.Reader), "`role`: "+roleList())
	name := fs.String("name", "", "the person's `name` (default: the part of the address before the @)")
	withPassword := fs.Bool("password", false, "set a password, read from the terminal or from standard input, instead of making an invitation")
	asJSON := fs.Bool("json", false, "write the list as JSON")
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return usagef("say what to do: list, add, role, password, remove")
		}
		ws, err := evidence.OpenWorkspace(*dir)
		if err != nil {
			return err
		}
		db, err := p.openStore(ctx, ws)
		if err != nil {
			return err
		}
		defer db.Close()
		u := users{p, p.authService(db, ws), auth.Machine(ws.ID), ws}
		switch verb, rest := args[0], args[1:]; {
		case verb == "list" && len(rest) == 0:
			return u.list(ctx, *asJSON)
		case verb == "add" && len(rest) == 1:
			return u.add(ctx, rest[0], *name, auth.Role(*role), *withPassword)
		case verb == "role" && len(rest) == 2:
			return u.with(ctx, rest[0], func(m auth.Member) error { return u.auth.SetRole(ctx, u.actor, m.PersonID, auth.Role(rest[1])) })
		case verb == "remove" && len(rest) == 1:
			return u.with(ctx, rest[0], func(m auth.Member) error { return u.auth.Remove(ctx, u.actor, m.PersonID) })
		case verb == "password" && len(rest) == 1:
			return u.password(ctx, rest[0])
		}
		return usagef("write it as: list | add EMAIL | role EMAIL ROLE | password EMAIL | remove EMAIL")
	}
}

func roleList() string {
	var names []string
	for _, r := range auth.Roles {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// users are the people of a workspace, as the command line manages them.
type users struct {
	p     *Program
	auth  *auth.Service
	actor auth.Actor
	ws    *evidence.Workspace
}

func (u users) list(ctx context.Context, asJSON bool) error {
	people, err := u.auth.People(ctx, u.actor)
	if err != nil {
		return err
	}
	if asJSON {
		return u.p.json(people)
	}
	if len(people) == 0 {
		fmt.Fprintln(u.p.Stdout, "Nobody is a member yet; add the first with: milieu user add EMAIL --role owner")
		return nil
	}
	fmt.Fprintf(u.p.Stdout, "%-32s %-24s %-8s %s\n", "e-mail", "name", "role", "last sign-in")
	for _, m := range people {
		seen := "never"
		if !m.SignedInAt.IsZero() {
			seen = m.SignedInAt.UTC().Format("2006-01-02 15:04")
		}
		fmt.Fprintf(u.p.Stdout, "%-32s %-24s %-8s %s\n", m.Email, m.Name, m.Role, seen)
	}
	return nil
}

func (u users) add(ctx context.Context, email, name string, role auth.Role, withPassword bool) error {
	if name == "" {
		name, _, _ = strings.Cut(email, "@")
	}
	password := ""
	if withPassword {
		var err error
		if password, err = u.p.readPassword("Password for " + email + ": "); err != nil {
			return err
		}
	}
	secret, err := u.auth.Add(ctx, u.actor, email, name, role, password)
	if err != nil {
		return err
	}
	if secret == "" {
		fmt.Fprintf(u.p.Stdout, "%s is %s of %s.\n", email, role, u.ws.Short)
		return nil
	}
	site := u.ws.Server.URL
	if site == "" {
		site = "http://" + defaultAddr
	}
	fmt.Fprintf(u.p.Stdout, "Send this link to %s; it works once, within %d days:\n%s/join/%s\n", email, int(auth.InvitationLife.Hours()/24), site, secret)
	return nil
}

// with finds a member by address and does something to them.
func (u users) with(ctx context.Context, email string, f func(auth.Member) error) error {
	people, err := u.auth.People(ctx, u.actor)
	if err != nil {
		return err
	}
	for _, m := range people {
		if strings.EqualFold(m.Email, strings.TrimSpace(email)) {
			if err := f(m); err != nil {
				return err
			}
			fmt.Fprintln(u.p.Stdout, "Done.")
			return nil
		}
	}
	return fmt.Errorf("nobody with the address %s is a member; see: milieu user list", email)
}

func (u users) password(ctx context.Context, email string) error {
	password, err := u.p.readPassword("New password for " + email + ": ")
	if err != nil {
		return err
	}
	if err := u.auth.SetPassword(ctx, u.actor, email, password); err != nil {
		return err
	}
	fmt.Fprintln(u.p.Stdout, "The password has been set; the person's sessions have been ended.")
	return nil
}

// readPassword reads a line without showing it, or from standard input when that is
// no terminal. Passwords are never arguments: other people see those.
func (p *Program) readPassword(prompt string) (string, error) {
	if f, ok := p.Stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(p.Stderr, prompt)
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(p.Stderr)
		return string(b), err
	}
	line, err := bufio.NewReader(p.Stdin).ReadString('\n')
	if err == io.EOF {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}
