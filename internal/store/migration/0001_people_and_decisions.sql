-- Times are text, UTC, RFC 3339 with six decimals. Secrets are kept as hashes only.
-- Everything that belongs to a workspace carries its id: one PostgreSQL may hold several.

create table person (
  person_id text primary key,
  email text not null unique,
  name text not null,
  password_hash text not null,
  oidc_issuer text not null,
  oidc_subject text not null,
  created_at text not null
);
create unique index person_oidc on person (oidc_issuer, oidc_subject) where oidc_subject <> '';

create table member (
  workspace text not null,
  person_id text not null references person (person_id),
  role text not null,
  added_at text not null,
  added_by text not null,
  signed_in_at text not null,
  primary key (workspace, person_id)
);

create table invitation (
  invitation_id text primary key,
  secret_hash text not null unique,
  workspace text not null,
  email text not null,
  name text not null,
  role text not null,
  created_at text not null,
  created_by text not null,
  expires_at text not null,
  used_at text not null
);

create table session (
  session_id text primary key,
  secret_hash text not null unique,
  workspace text not null,
  person_id text not null references person (person_id),
  created_at text not null,
  seen_at text not null,
  expires_at text not null,
  ended_at text not null,
  address text not null,
  agent text not null
);
create index session_person on session (workspace, person_id);

create table token (
  token_id text primary key,
  secret_hash text not null unique,
  workspace text not null,
  person_id text not null references person (person_id),
  name text not null,
  role text not null,
  created_at text not null,
  expires_at text not null,
  used_at text not null,
  revoked_at text not null
);
create index token_person on token (workspace, person_id);

create table audit_head (
  workspace text primary key,
  seq bigint not null,
  hash text not null
);

create table audit_event (
  workspace text not null,
  seq bigint not null,
  at text not null,
  actor text not null,
  via text not null,
  action text not null,
  subject text not null,
  detail text not null,
  prev_hash text not null,
  hash text not null,
  primary key (workspace, seq)
);
create index audit_action on audit_event (workspace, action, seq);
create index audit_actor on audit_event (workspace, actor, seq);

create table decision_head (
  workspace text primary key,
  seq bigint not null
);

create table decision (
  workspace text not null,
  seq bigint not null,
  kind text not null,
  table_name text not null,
  subject text not null,
  fields text not null,
  before text not null,
  reason text not null,
  source_url text not null,
  batch text not null,
  decided_at text not null,
  decided_by text not null,
  undone_at text not null,
  undone_by text not null,
  undone_reason text not null,
  version bigint not null,
  undone_version bigint not null,
  search text not null, -- what a search looks in, in small letters
  primary key (workspace, seq)
);
create index decision_subject on decision (workspace, table_name, subject, seq);
create index decision_batch on decision (workspace, batch) where batch <> '';

-- One row a record that people have decided on; its version rises with each decision and undo, and
-- each decision keeps the version that it made (version) and that its undo made (undone_version, else 0).
create table subject_version (
  workspace text not null,
  table_name text not null,
  subject text not null,
  version bigint not null,
  primary key (workspace, table_name, subject)
);

create table upload (
  upload_id text primary key,
  workspace text not null,
  person_id text not null,
  table_name text not null,
  file_name text not null,
  content bytea not null,
  created_at text not null,
  expires_at text not null
);

create table job (
  job_id text primary key,
  workspace text not null,
  kind text not null,
  state text not null,
  asked_by text not null,
  asked_at text not null,
  started_at text not null,
  ended_at text not null,
  worker text not null,
  seen_at text not null,
  attempts bigint not null,
  cancel_asked text not null,
  done bigint not null,
  total bigint not null,
  message text not null,
  result text not null
);
create index job_workspace on job (workspace, asked_at);
-- One job of a kind runs at a time in a workspace, whatever number of servers there are.
create unique index job_running on job (workspace, kind) where state = 'running';

create table job_log (
  job_id text not null references job (job_id),
  n bigint not null,
  at text not null,
  line text not null,
  primary key (job_id, n)
);
