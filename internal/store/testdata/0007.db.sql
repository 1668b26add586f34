create table if not exists migration (name text primary key, hash text not null, applied_at text not null);
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

insert into migration (name, hash, applied_at) values ('0001_people_and_decisions.sql', '38ecfe5e461d91ceaa20dd9e1b67320137274b4f1de73434c2e0caa5b8a4b24f', '2026-11-26T09:00:00.000000Z');
-- Questions that a person wants to be asked later. What was looked at is kept as a hash:
-- when the question says something else it is asked again, and so it is after a time.
create table put_off (
  workspace text not null,
  person_id text not null,
  subject text not null,
  content text not null,
  put_off_at text not null,
  expires_at text not null,
  primary key (workspace, person_id, subject)
);

insert into migration (name, hash, applied_at) values ('0002_put_off.sql', '829d157f78ab76d1469de2edfec7374b0973fc5896759845b693c63225cf6f14', '2026-11-26T09:00:00.000000Z');
-- What people do about the network: who is introduced to whom and what came of it, who has
-- agreed to be named as a champion, and which partners are put together for a call. What the
-- evidence says of any of them is in the release; here is only what people said and did.

-- One row a pair of organisations, a before b. Reasons are kept as they were shown, as JSON.
create table introduction (
  workspace text not null,
  introduction_id text not null,
  a text not null,
  b text not null,
  a_name text not null,
  b_name text not null,
  state text not null,
  reasons text not null,
  release_id text not null,
  assigned_to text not null,
  due text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  changed_at text not null,
  primary key (workspace, introduction_id)
);
create unique index introduction_pair on introduction (workspace, a, b);
create index introduction_b on introduction (workspace, b);

-- All that was done about an introduction; n is the version that it gave.
create table introduction_event (
  workspace text not null,
  introduction_id text not null,
  n bigint not null,
  kind text not null,
  value text not null,
  day text not null,
  note text not null,
  at text not null,
  by_person text not null,
  void_n bigint not null,
  primary key (workspace, introduction_id, n)
);

-- What an organisation's people agreed to. Contact and scope are emptied on request.
create table champion_consent (
  workspace text not null,
  consent_id text not null,
  organisation_id text not null,
  organisation_name text not null,
  listed text not null,
  scope text not null,
  contact text not null,
  recorded_at text not null,
  recorded_by text not null,
  withdrawn_at text not null,
  withdrawn_by text not null,
  withdrawn_why text not null,
  erased_at text not null,
  erased_by text not null,
  primary key (workspace, consent_id)
);
create unique index champion_consent_holds on champion_consent (workspace, organisation_id) where withdrawn_at = '';

-- Call is the text of the call's requirements; members is JSON.
create table consortium (
  workspace text not null,
  consortium_id text not null,
  name text not null,
  call_text text not null,
  members text not null,
  notes text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  changed_at text not null,
  changed_by text not null,
  deleted_at text not null,
  primary key (workspace, consortium_id)
);

insert into migration (name, hash, applied_at) values ('0003_introductions.sql', '28fcbad2e91d565490a0f5a65d1ab0cc90a544ea5d2f221d5e62381834b90de0', '2026-11-26T09:00:00.000000Z');
-- What firms say: surveys with their published instruments, the frame that was frozen, whom they ask, and the answers;
-- interviews with excerpts and codes; and prospects. Results are reckoned from these; what enters a release does so
-- as a source of its own.

-- A survey. Level is never changed. Draft is the text of the instrument that is not published yet; shown_at is when it was first
-- closed with answers, changes how many answers came since it was last closed with results that others may see.
create table survey (
  workspace text not null,
  survey_id text not null,
  title text not null,
  about text not null,
  level text not null,
  series text not null,
  wave text not null,
  state text not null,
  invented bigint not null,
  contact text not null,
  threshold bigint not null,
  keep_until text not null,
  draft text not null,
  results text not null,
  evidence text not null,
  expired_at text not null,
  shown_at text not null,
  changes bigint not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  changed_at text not null,
  primary key (workspace, survey_id)
);

-- A version of the instrument as it was published; its text never changes.
create table survey_instrument (
  workspace text not null,
  survey_id text not null,
  n bigint not null,
  text text not null,
  hash text not null,
  published_at text not null,
  published_by text not null,
  note text not null,
  primary key (workspace, survey_id, n)
);

-- The frame: the firms that could be asked, as they stood in a release. Content is a compressed CSV with that hash;
-- counts are the firms of each stratum and group, strata the plan of the draw.
create table survey_frame (
  workspace text not null,
  survey_id text not null,
  query text not null,
  release_id text not null,
  units bigint not null,
  hash text not null,
  content bytea not null,
  counts text not null,
  strata text not null,
  seed bigint not null,
  drawn_at text not null,
  frozen_at text not null,
  frozen_by text not null,
  primary key (workspace, survey_id)
);

-- A firm that was drawn, with what is known of whom to write to and how far it has come; facts are what the frame
-- says of it. In an anonymous survey it says that a link was sent and nothing after that.
create table survey_unit (
  workspace text not null,
  survey_id text not null,
  unit_id text not null,
  org_id text not null,
  name text not null,
  stratum text not null,
  email text not null,
  contact text not null,
  facts text not null,
  state text not null,
  note text not null,
  sent_at text not null,
  reminded bigint not null,
  reminded_at text not null,
  opened_at text not null,
  started_at text not null,
  done_at text not null,
  version bigint not null,
  primary key (workspace, survey_id, unit_id)
);
create index survey_unit_org on survey_unit (workspace, org_id);

-- A link that lets somebody answer. Of an anonymous survey unit_id is empty, and proof is a hash by which the device that
-- answered, and no other, finds that it did.
create table survey_link (
  workspace text not null,
  link_hash text not null,
  survey_id text not null,
  stratum text not null,
  unit_id text not null,
  state text not null,
  proof text not null,
  primary key (workspace, link_hash)
);
create index survey_link_survey on survey_link (workspace, survey_id);

-- Answers that are being given; key is the hash of the link, or of an interview's own key. Submitting moves them.
create table survey_draft (
  workspace text not null,
  draft_key text not null,
  survey_id text not null,
  instrument bigint not null,
  answers text not null,
  version bigint not null,
  primary key (workspace, draft_key)
);

-- Answers that were given. Of an anonymous survey unit, organisation, times and adviser are empty, and the id is random.
create table survey_response (
  workspace text not null,
  response_id text not null,
  survey_id text not null,
  instrument bigint not null,
  stratum text not null,
  unit_id text not null,
  org_id text not null,
  org_name text not null,
  groups text not null,
  mode text not null,
  answers text not null,
  consent text not null,
  done_at text not null,
  by_person text not null,
  state text not null,
  version bigint not null,
  primary key (workspace, response_id)
);
create index survey_response_survey on survey_response (workspace, survey_id);
create index survey_response_org on survey_response (workspace, org_id);

-- Interviews: notes that an adviser took, with the consent that was given.
create table interview (
  workspace text not null,
  interview_id text not null,
  client_key text not null,
  survey_id text not null,
  org_id text not null,
  org_name text not null,
  day text not null,
  who text not null,
  consent text not null,
  notes text not null,
  answers text not null,
  state text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  changed_at text not null,
  changed_by text not null,
  erased_at text not null,
  primary key (workspace, interview_id)
);
create unique index interview_client on interview (workspace, client_key);
create index interview_org on interview (workspace, org_id);

-- What was said, word for word, with the permission to quote it: named, anonymous or none.
create table excerpt (
  workspace text not null,
  excerpt_id text not null,
  interview_id text not null,
  text text not null,
  permission text not null,
  made_at text not null,
  made_by text not null,
  version bigint not null,
  erased_at text not null,
  primary key (workspace, excerpt_id)
);
create index excerpt_interview on excerpt (workspace, interview_id);

-- The code book of the workspace, and who gave which code to which excerpt.
create table code (
  workspace text not null,
  code_id text not null,
  label text not null,
  definition text not null,
  topic text not null,
  retired_at text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  primary key (workspace, code_id)
);
create table coding (
  workspace text not null,
  excerpt_id text not null,
  coder text not null,
  codes text not null,
  at text not null,
  primary key (workspace, excerpt_id, coder)
);

-- Firms that thought of coming. org_id is empty until one is an organisation of the register.
create table prospect (
  workspace text not null,
  prospect_id text not null,
  name text not null,
  org_id text not null,
  stage text not null,
  comes_from text not null,
  sector text not null,
  size text not null,
  contact text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  changed_at text not null,
  erased_at text not null,
  primary key (workspace, prospect_id)
);
create index prospect_org on prospect (workspace, org_id);
create table prospect_event (
  workspace text not null,
  prospect_id text not null,
  n bigint not null,
  stage text not null,
  reasons text not null,
  went_to text not null,
  day text not null,
  note text not null,
  at text not null,
  by_person text not null,
  primary key (workspace, prospect_id, n)
);

insert into migration (name, hash, applied_at) values ('0004_voices.sql', 'cd5d65c016789ac97929ec9530487d865e4073534aeeacf1d568b965e2aa61cb', '2026-11-26T09:00:00.000000Z');
-- Workshops: which interventions are compared by which criteria, how they score, and how each stakeholder weighs the criteria.
-- What follows from it (ranks, what weights would put an option first) is reckoned when it is asked for.

-- Setup is options, criteria and scores as JSON. The question is in it too; here it is for lists.
create table workshop (
  workspace text not null,
  workshop_id text not null,
  question text not null,
  setup text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  changed_at text not null,
  changed_by text not null,
  deleted_at text not null,
  primary key (workspace, workshop_id)
);

-- How one stakeholder weighs. Person_id is whose own weights they are; it is empty where somebody entered them for a person
-- in the room. Swings is JSON.
create table workshop_weight (
  workspace text not null,
  workshop_id text not null,
  stakeholder_id text not null,
  name text not null,
  person_id text not null,
  swings text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  changed_at text not null,
  changed_by text not null,
  deleted_at text not null,
  primary key (workspace, workshop_id, stakeholder_id)
);

-- All that was, so that it can be put back: subject is a stakeholder, or empty for the setup; n is the version.
create table workshop_version (
  workspace text not null,
  workshop_id text not null,
  subject text not null,
  n bigint not null,
  content text not null,
  what text not null,
  at text not null,
  by_person text not null,
  primary key (workspace, workshop_id, subject, n)
);

insert into migration (name, hash, applied_at) values ('0005_workshops.sql', '9278e779d7f452c1c4e9aeb057115944d9e1ee4ef8f35b009b63dc401c0a0f1d', '2026-11-26T09:00:00.000000Z');
-- Scenarios: settings of the plan, the appraisal, the sequence or a workshop that people keep under a name, with what
-- they came to on the release of that moment. Evidence is never here; it is in the release that is named.

-- A scenario. Version is raised by every change; current is the n of the settings in force, so that undo and redo
-- move it and lose nothing. Share_hash is the hash of the secret of its link, '' while it is not shared.
create table scenario (
  workspace text not null,
  scenario_id text not null,
  kind text not null,
  current bigint not null,
  share_hash text not null,
  shared_at text not null,
  shared_by text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  changed_at text not null,
  changed_by text not null,
  deleted_at text not null,
  primary key (workspace, scenario_id)
);
create index scenario_share on scenario (workspace, share_hash);

-- Settings as they were kept; they never change. From_n is the settings that they were made from, 0 for the first.
-- Outcome is what they came to on release_id, as JSON.
create table scenario_version (
  workspace text not null,
  scenario_id text not null,
  n bigint not null,
  from_n bigint not null,
  name text not null,
  note text not null,
  address text not null,
  release_id text not null,
  outcome text not null,
  made_at text not null,
  made_by text not null,
  primary key (workspace, scenario_id, n)
);

insert into migration (name, hash, applied_at) values ('0006_scenarios.sql', 'a8d33ee12172a36c3df3041db49641012fcae67a65e1dd3e94c8681477068546', '2026-11-26T09:00:00.000000Z');
-- Cases for investment that people write together: texts with versions, what was said of them, who approved which version,
-- and what was published. Figures are never here but in documents as they came out at a moment; evidence is in the release.

-- A case. Version is raised by every change of this row; current is the n of the text in force. Approvers are the roles that
-- must approve, as JSON.
create table case_paper (
  workspace text not null,
  case_id text not null,
  current bigint not null,
  approvers text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  changed_at text not null,
  changed_by text not null,
  deleted_at text not null,
  primary key (workspace, case_id)
);

-- The text as it was kept; it never changes. From_n is the version that it was made from, 0 for the first. Content is JSON.
-- Document is what it came to on release_id, JSON packed by gzip; empty, with release_id '', where it was not made.
create table case_version (
  workspace text not null,
  case_id text not null,
  n bigint not null,
  from_n bigint not null,
  title text not null,
  stage text not null,
  content text not null,
  note text not null,
  release_id text not null,
  document bytea not null,
  made_at text not null,
  made_by text not null,
  primary key (workspace, case_id, n)
);

-- What somebody said of a part, of a sentence in it, or in reply to another comment. N is the version that was read.
create table case_comment (
  workspace text not null,
  case_id text not null,
  comment_id text not null,
  reply_to text not null,
  part text not null,
  sentence text not null,
  comment_text text not null,
  n bigint not null,
  resolved_at text not null,
  resolved_by text not null,
  erased_at text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  primary key (workspace, case_id, comment_id)
);

-- A change that somebody suggests: from_text, which stood in the part in version n, becomes to_text. State is open, accepted,
-- rejected or withdrawn; accepted_n is the version that was made by accepting it.
create table case_suggestion (
  workspace text not null,
  case_id text not null,
  suggestion_id text not null,
  part text not null,
  from_text text not null,
  to_text text not null,
  reason text not null,
  n bigint not null,
  state text not null,
  answer text not null,
  answered_at text not null,
  answered_by text not null,
  accepted_n bigint not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  primary key (workspace, case_id, suggestion_id)
);

-- An approval of version n by a person in a role; own_role is the role that the person held in the workspace then.
create table case_approval (
  workspace text not null,
  case_id text not null,
  approval_id text not null,
  role text not null,
  own_role text not null,
  n bigint not null,
  release_id text not null,
  words text not null,
  made_at text not null,
  made_by text not null,
  withdrawn_at text not null,
  withdrawn_by text not null,
  primary key (workspace, case_id, approval_id)
);

-- A document as it was published under a secret link, of which the hash is kept. It never changes.
create table case_publication (
  workspace text not null,
  publication_id text not null,
  case_id text not null,
  n bigint not null,
  link_hash text not null,
  title text not null,
  release_id text not null,
  document bytea not null,
  note text not null,
  version bigint not null,
  made_at text not null,
  made_by text not null,
  withdrawn_at text not null,
  withdrawn_by text not null,
  primary key (workspace, publication_id)
);
create index case_publication_link on case_publication (workspace, link_hash);

insert into migration (name, hash, applied_at) values ('0007_cases.sql', '9702e5716aeb74f94698d0150e8d76e54a645ae60470ee9abb91c003f25e4aa5', '2026-11-26T09:00:00.000000Z');
insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ('0 ', '0 ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '0', 'x''00''');
insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ('1  ', '1  ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', '1', '$1');
insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '{"a":1}', 'x''00''', '2', 'null');
insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ('0 ', '0 ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}');
insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ('1  ', '1  ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''');
insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1');
insert into invitation (invitation_id, secret_hash, workspace, email, name, role, created_at, created_by, expires_at, used_at) values ('0 ', '0 ', 'a''b"c\d', '0 ', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123');
insert into invitation (invitation_id, secret_hash, workspace, email, name, role, created_at, created_by, expires_at, used_at) values ('1  ', '1  ', 'line
line
	tab', '1  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5');
insert into invitation (invitation_id, secret_hash, workspace, email, name, role, created_at, created_by, expires_at, used_at) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '2 a''b"c\d', 'x''00''', '$1', 'null', '00123', '1e5', '');
insert into session (session_id, secret_hash, workspace, person_id, created_at, seen_at, expires_at, ended_at, address, agent) values ('0 ', '0 ', 'a''b"c\d', '0 ', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123');
insert into session (session_id, secret_hash, workspace, person_id, created_at, seen_at, expires_at, ended_at, address, agent) values ('1  ', '1  ', 'line
line
	tab', '1  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5');
insert into session (session_id, secret_hash, workspace, person_id, created_at, seen_at, expires_at, ended_at, address, agent) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '2 a''b"c\d', 'x''00''', '$1', 'null', '00123', '1e5', '');
insert into token (token_id, secret_hash, workspace, person_id, name, role, created_at, expires_at, used_at, revoked_at) values ('0 ', '0 ', 'a''b"c\d', '0 ', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123');
insert into token (token_id, secret_hash, workspace, person_id, name, role, created_at, expires_at, used_at, revoked_at) values ('1  ', '1  ', 'line
line
	tab', '1  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5');
insert into token (token_id, secret_hash, workspace, person_id, name, role, created_at, expires_at, used_at, revoked_at) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '2 a''b"c\d', 'x''00''', '$1', 'null', '00123', '1e5', '');
insert into audit_head (workspace, seq, hash) values ('0 ', 1, 'a''b"c\d');
insert into audit_head (workspace, seq, hash) values ('1  ', -1, 'line
line
	tab');
insert into audit_head (workspace, seq, hash) values ('2 a''b"c\d', 9223372036854775807, 'é 中 😀  ');
insert into audit_event (workspace, seq, at, actor, via, action, subject, detail, prev_hash, hash) values ('0 ', 0, 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123');
insert into audit_event (workspace, seq, at, actor, via, action, subject, detail, prev_hash, hash) values ('1  ', 1, 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5');
insert into audit_event (workspace, seq, at, actor, via, action, subject, detail, prev_hash, hash) values ('2 a''b"c\d', 2, 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', '');
insert into decision_head (workspace, seq) values ('0 ', 1);
insert into decision_head (workspace, seq) values ('1  ', -1);
insert into decision_head (workspace, seq) values ('2 a''b"c\d', 9223372036854775807);
insert into decision (workspace, seq, kind, table_name, subject, fields, before, reason, source_url, batch, decided_at, decided_by, undone_at, undone_by, undone_reason, version, undone_version, search) values ('0 ', 0, '0', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', '', '', ' ', 'a''b"c\d', 0, 1, '{"a":1}');
insert into decision (workspace, seq, kind, table_name, subject, fields, before, reason, source_url, batch, decided_at, decided_by, undone_at, undone_by, undone_reason, version, undone_version, search) values ('1  ', 1, '1', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', '', '', ' ', 'a''b"c\d', 'line
line
	tab', 1, -1, 'x''00''');
insert into decision (workspace, seq, kind, table_name, subject, fields, before, reason, source_url, batch, decided_at, decided_by, undone_at, undone_by, undone_reason, version, undone_version, search) values ('2 a''b"c\d', 2, '2', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', '', '', ' ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', -1, 9223372036854775807, '$1');
insert into subject_version (workspace, table_name, subject, version) values ('0 ', '0 ', '0 ', 9223372036854775807);
insert into subject_version (workspace, table_name, subject, version) values ('1  ', '1  ', '1  ', -9223372036854775808);
insert into subject_version (workspace, table_name, subject, version) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', 0);
insert into put_off (workspace, person_id, subject, content, put_off_at, expires_at) values ('0 ', '0 ', '0 ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}');
insert into put_off (workspace, person_id, subject, content, put_off_at, expires_at) values ('1  ', '1  ', '1  ', 'é 中 😀  ', '{"a":1}', 'x''00''');
insert into put_off (workspace, person_id, subject, content, put_off_at, expires_at) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', '{"a":1}', 'x''00''', '$1');
insert into introduction (workspace, introduction_id, a, b, a_name, b_name, state, reasons, release_id, assigned_to, due, version, made_at, made_by, changed_at) values ('0 ', '0 ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', '0 ', '00123', '1e5', 1, '', ' ', 'a''b"c\d');
insert into introduction (workspace, introduction_id, a, b, a_name, b_name, state, reasons, release_id, assigned_to, due, version, made_at, made_by, changed_at) values ('1  ', '1  ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '1  ', '1e5', '', -1, ' ', 'a''b"c\d', 'line
line
	tab');
insert into introduction (workspace, introduction_id, a, b, a_name, b_name, state, reasons, release_id, assigned_to, due, version, made_at, made_by, changed_at) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '2 a''b"c\d', '', '', 9223372036854775807, 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ');
insert into introduction_event (workspace, introduction_id, n, kind, value, day, note, at, by_person, void_n) values ('0 ', '0 ', 0, '0', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', -9223372036854775808);
insert into introduction_event (workspace, introduction_id, n, kind, value, day, note, at, by_person, void_n) values ('1  ', '1  ', 1, '1', '{"a":1}', 'x''00''', '$1', 'null', '00123', 0);
insert into introduction_event (workspace, introduction_id, n, kind, value, day, note, at, by_person, void_n) values ('2 a''b"c\d', '2 a''b"c\d', 2, '2', 'x''00''', '$1', 'null', '00123', '1e5', 1);
insert into champion_consent (workspace, consent_id, organisation_id, organisation_name, listed, scope, contact, recorded_at, recorded_by, withdrawn_at, withdrawn_by, withdrawn_why, erased_at, erased_by) values ('0 ', '0 ', '0 ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', '', '', ' ');
insert into champion_consent (workspace, consent_id, organisation_id, organisation_name, listed, scope, contact, recorded_at, recorded_by, withdrawn_at, withdrawn_by, withdrawn_why, erased_at, erased_by) values ('1  ', '1  ', '1  ', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', '', '', ' ', 'a''b"c\d');
insert into champion_consent (workspace, consent_id, organisation_id, organisation_name, listed, scope, contact, recorded_at, recorded_by, withdrawn_at, withdrawn_by, withdrawn_why, erased_at, erased_by) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', '', '', ' ', 'a''b"c\d', 'line
line
	tab');
insert into consortium (workspace, consortium_id, name, call_text, members, notes, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('0 ', '0 ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 1, '$1', 'null', '00123', '1e5', '');
insert into consortium (workspace, consortium_id, name, call_text, members, notes, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('1  ', '1  ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', -1, 'null', '00123', '1e5', '', '');
insert into consortium (workspace, consortium_id, name, call_text, members, notes, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 9223372036854775807, '00123', '1e5', '', '', ' ');
insert into survey (workspace, survey_id, title, about, level, series, wave, state, invented, contact, threshold, keep_until, draft, results, evidence, expired_at, shown_at, changes, version, made_at, made_by, changed_at) values ('0 ', '0 ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 9223372036854775807, '00123', 0, '', '', ' ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', -1, 9223372036854775807, '$1', 'null', '00123');
insert into survey (workspace, survey_id, title, about, level, series, wave, state, invented, contact, threshold, keep_until, draft, results, evidence, expired_at, shown_at, changes, version, made_at, made_by, changed_at) values ('1  ', '1  ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', -9223372036854775808, '1e5', 1, '', ' ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 9223372036854775807, -9223372036854775808, 'null', '00123', '1e5');
insert into survey (workspace, survey_id, title, about, level, series, wave, state, invented, contact, threshold, keep_until, draft, results, evidence, expired_at, shown_at, changes, version, made_at, made_by, changed_at) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', 0, '', -1, ' ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', -9223372036854775808, 0, '00123', '1e5', '');
insert into survey_instrument (workspace, survey_id, n, text, hash, published_at, published_by, note) values ('0 ', '0 ', 0, 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1');
insert into survey_instrument (workspace, survey_id, n, text, hash, published_at, published_by, note) values ('1  ', '1  ', 1, 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null');
insert into survey_instrument (workspace, survey_id, n, text, hash, published_at, published_by, note) values ('2 a''b"c\d', '2 a''b"c\d', 2, '{"a":1}', 'x''00''', '$1', 'null', '00123');
insert into survey_frame (workspace, survey_id, query, release_id, units, hash, content, counts, strata, seed, drawn_at, frozen_at, frozen_by) values ('0 ', '0 ', 'a''b"c\d', '0 ', -9223372036854775808, '{"a":1}', x'', '$1', 'null', -9223372036854775808, '1e5', '', '');
insert into survey_frame (workspace, survey_id, query, release_id, units, hash, content, counts, strata, seed, drawn_at, frozen_at, frozen_by) values ('1  ', '1  ', 'line
line
	tab', '1  ', 0, 'x''00''', x'00', 'null', '00123', 0, '', '', ' ');
insert into survey_frame (workspace, survey_id, query, release_id, units, hash, content, counts, strata, seed, drawn_at, frozen_at, frozen_by) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '2 a''b"c\d', 1, '$1', x'74657874', '00123', '1e5', 1, '', ' ', 'a''b"c\d');
insert into survey_unit (workspace, survey_id, unit_id, org_id, name, stratum, email, contact, facts, state, note, sent_at, reminded, reminded_at, opened_at, started_at, done_at, version) values ('0 ', '0 ', '0 ', '0 ', 'é 中 😀  ', '{"a":1}', '0 ', '$1', 'null', '00123', '1e5', '', -1, ' ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', -1);
insert into survey_unit (workspace, survey_id, unit_id, org_id, name, stratum, email, contact, facts, state, note, sent_at, reminded, reminded_at, opened_at, started_at, done_at, version) values ('1  ', '1  ', '1  ', '1  ', '{"a":1}', 'x''00''', '1  ', 'null', '00123', '1e5', '', '', 9223372036854775807, 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 9223372036854775807);
insert into survey_unit (workspace, survey_id, unit_id, org_id, name, stratum, email, contact, facts, state, note, sent_at, reminded, reminded_at, opened_at, started_at, done_at, version) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', 'x''00''', '$1', '2 a''b"c\d', '00123', '1e5', '', '', ' ', -9223372036854775808, 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', -9223372036854775808);
insert into survey_link (workspace, link_hash, survey_id, stratum, unit_id, state, proof) values ('0 ', '0 ', '0 ', 'line
line
	tab', '0 ', '{"a":1}', 'x''00''');
insert into survey_link (workspace, link_hash, survey_id, stratum, unit_id, state, proof) values ('1  ', '1  ', '1  ', 'é 中 😀  ', '1  ', 'x''00''', '$1');
insert into survey_link (workspace, link_hash, survey_id, stratum, unit_id, state, proof) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', '{"a":1}', '2 a''b"c\d', '$1', 'null');
insert into survey_draft (workspace, draft_key, survey_id, instrument, answers, version) values ('0 ', '0 ', '0 ', 9223372036854775807, 'é 中 😀  ', 0);
insert into survey_draft (workspace, draft_key, survey_id, instrument, answers, version) values ('1  ', '1  ', '1  ', -9223372036854775808, '{"a":1}', 1);
insert into survey_draft (workspace, draft_key, survey_id, instrument, answers, version) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', 0, 'x''00''', -1);
insert into survey_response (workspace, response_id, survey_id, instrument, stratum, unit_id, org_id, org_name, groups, mode, answers, consent, done_at, by_person, state, version) values ('0 ', '0 ', '0 ', 9223372036854775807, 'é 中 😀  ', '0 ', '0 ', '$1', 'null', '00123', '1e5', '', '', ' ', 'a''b"c\d', 0);
insert into survey_response (workspace, response_id, survey_id, instrument, stratum, unit_id, org_id, org_name, groups, mode, answers, consent, done_at, by_person, state, version) values ('1  ', '1  ', '1  ', -9223372036854775808, '{"a":1}', '1  ', '1  ', 'null', '00123', '1e5', '', '', ' ', 'a''b"c\d', 'line
line
	tab', 1);
insert into survey_response (workspace, response_id, survey_id, instrument, stratum, unit_id, org_id, org_name, groups, mode, answers, consent, done_at, by_person, state, version) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', 0, 'x''00''', '2 a''b"c\d', '2 a''b"c\d', '00123', '1e5', '', '', ' ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', -1);
insert into interview (workspace, interview_id, client_key, survey_id, org_id, org_name, day, who, consent, notes, answers, state, version, made_at, made_by, changed_at, changed_by, erased_at) values ('0 ', '0 ', 'a''b"c\d', '0 ', '0 ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', '', -1, ' ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}');
insert into interview (workspace, interview_id, client_key, survey_id, org_id, org_name, day, who, consent, notes, answers, state, version, made_at, made_by, changed_at, changed_by, erased_at) values ('1  ', '1  ', 'line
line
	tab', '1  ', '1  ', 'x''00''', '$1', 'null', '00123', '1e5', '', '', 9223372036854775807, 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''');
insert into interview (workspace, interview_id, client_key, survey_id, org_id, org_name, day, who, consent, notes, answers, state, version, made_at, made_by, changed_at, changed_by, erased_at) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '2 a''b"c\d', '2 a''b"c\d', '$1', 'null', '00123', '1e5', '', '', ' ', -9223372036854775808, 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1');
insert into excerpt (workspace, excerpt_id, interview_id, text, permission, made_at, made_by, version, erased_at) values ('0 ', '0 ', '0 ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', -1, 'null');
insert into excerpt (workspace, excerpt_id, interview_id, text, permission, made_at, made_by, version, erased_at) values ('1  ', '1  ', '1  ', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 9223372036854775807, '00123');
insert into excerpt (workspace, excerpt_id, interview_id, text, permission, made_at, made_by, version, erased_at) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', '{"a":1}', 'x''00''', '$1', 'null', -9223372036854775808, '1e5');
insert into code (workspace, code_id, label, definition, topic, retired_at, version, made_at, made_by) values ('0 ', '0 ', 'a''b"c\d', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 1, '$1', 'null');
insert into code (workspace, code_id, label, definition, topic, retired_at, version, made_at, made_by) values ('1  ', '1  ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', -1, 'null', '00123');
insert into code (workspace, code_id, label, definition, topic, retired_at, version, made_at, made_by) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 9223372036854775807, '00123', '1e5');
insert into coding (workspace, excerpt_id, coder, codes, at) values ('0 ', '0 ', '0 ', 'line
line
	tab', 'é 中 😀  ');
insert into coding (workspace, excerpt_id, coder, codes, at) values ('1  ', '1  ', '1  ', 'é 中 😀  ', '{"a":1}');
insert into coding (workspace, excerpt_id, coder, codes, at) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', '{"a":1}', 'x''00''');
insert into prospect (workspace, prospect_id, name, org_id, stage, comes_from, sector, size, contact, version, made_at, made_by, changed_at, erased_at) values ('0 ', '0 ', 'a''b"c\d', '0 ', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', -9223372036854775808, '1e5', '', '', ' ');
insert into prospect (workspace, prospect_id, name, org_id, stage, comes_from, sector, size, contact, version, made_at, made_by, changed_at, erased_at) values ('1  ', '1  ', 'line
line
	tab', '1  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', 0, '', '', ' ', 'a''b"c\d');
insert into prospect (workspace, prospect_id, name, org_id, stage, comes_from, sector, size, contact, version, made_at, made_by, changed_at, erased_at) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '2 a''b"c\d', 'x''00''', '$1', 'null', '00123', '1e5', 1, '', ' ', 'a''b"c\d', 'line
line
	tab');
insert into prospect_event (workspace, prospect_id, n, stage, reasons, went_to, day, note, at, by_person) values ('0 ', '0 ', 0, 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123');
insert into prospect_event (workspace, prospect_id, n, stage, reasons, went_to, day, note, at, by_person) values ('1  ', '1  ', 1, 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5');
insert into prospect_event (workspace, prospect_id, n, stage, reasons, went_to, day, note, at, by_person) values ('2 a''b"c\d', '2 a''b"c\d', 2, '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', '');
insert into workshop (workspace, workshop_id, question, setup, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('0 ', '0 ', 'a''b"c\d', 'line
line
	tab', -9223372036854775808, '{"a":1}', 'x''00''', '$1', 'null', '00123');
insert into workshop (workspace, workshop_id, question, setup, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('1  ', '1  ', 'line
line
	tab', 'é 中 😀  ', 0, 'x''00''', '$1', 'null', '00123', '1e5');
insert into workshop (workspace, workshop_id, question, setup, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('2 a''b"c\d', '2 a''b"c\d', 'é 中 😀  ', '{"a":1}', 1, '$1', 'null', '00123', '1e5', '');
insert into workshop_weight (workspace, workshop_id, stakeholder_id, name, person_id, swings, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('0 ', '0 ', '0 ', 'line
line
	tab', '0 ', '{"a":1}', 1, '$1', 'null', '00123', '1e5', '');
insert into workshop_weight (workspace, workshop_id, stakeholder_id, name, person_id, swings, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('1  ', '1  ', '1  ', 'é 中 😀  ', '1  ', 'x''00''', -1, 'null', '00123', '1e5', '', '');
insert into workshop_weight (workspace, workshop_id, stakeholder_id, name, person_id, swings, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', '{"a":1}', '2 a''b"c\d', '$1', 9223372036854775807, '00123', '1e5', '', '', ' ');
insert into workshop_version (workspace, workshop_id, subject, n, content, what, at, by_person) values ('0 ', '0 ', '0 ', 0, 'é 中 😀  ', '{"a":1}', 'x''00''', '$1');
insert into workshop_version (workspace, workshop_id, subject, n, content, what, at, by_person) values ('1  ', '1  ', '1  ', 1, '{"a":1}', 'x''00''', '$1', 'null');
insert into workshop_version (workspace, workshop_id, subject, n, content, what, at, by_person) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', 2, 'x''00''', '$1', 'null', '00123');
insert into scenario (workspace, scenario_id, kind, current, share_hash, shared_at, shared_by, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('0 ', '0 ', '0', 9223372036854775807, 'é 中 😀  ', '{"a":1}', 'x''00''', -1, 'null', '00123', '1e5', '', '');
insert into scenario (workspace, scenario_id, kind, current, share_hash, shared_at, shared_by, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('1  ', '1  ', '1', -9223372036854775808, '{"a":1}', 'x''00''', '$1', 9223372036854775807, '00123', '1e5', '', '', ' ');
insert into scenario (workspace, scenario_id, kind, current, share_hash, shared_at, shared_by, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('2 a''b"c\d', '2 a''b"c\d', '2', 0, 'x''00''', '$1', 'null', -9223372036854775808, '1e5', '', '', ' ', 'a''b"c\d');
insert into scenario_version (workspace, scenario_id, n, from_n, name, note, address, release_id, outcome, made_at, made_by) values ('0 ', '0 ', 0, 9223372036854775807, 'é 中 😀  ', '{"a":1}', 'x''00''', '0 ', 'null', '00123', '1e5');
insert into scenario_version (workspace, scenario_id, n, from_n, name, note, address, release_id, outcome, made_at, made_by) values ('1  ', '1  ', 1, -9223372036854775808, '{"a":1}', 'x''00''', '$1', '1  ', '00123', '1e5', '');
insert into scenario_version (workspace, scenario_id, n, from_n, name, note, address, release_id, outcome, made_at, made_by) values ('2 a''b"c\d', '2 a''b"c\d', 2, 0, 'x''00''', '$1', 'null', '2 a''b"c\d', '1e5', '', '');
insert into case_paper (workspace, case_id, current, approvers, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('0 ', '0 ', -1, 'line
line
	tab', -9223372036854775808, '{"a":1}', 'x''00''', '$1', 'null', '00123');
insert into case_paper (workspace, case_id, current, approvers, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('1  ', '1  ', 9223372036854775807, 'é 中 😀  ', 0, 'x''00''', '$1', 'null', '00123', '1e5');
insert into case_paper (workspace, case_id, current, approvers, version, made_at, made_by, changed_at, changed_by, deleted_at) values ('2 a''b"c\d', '2 a''b"c\d', -9223372036854775808, '{"a":1}', 1, '$1', 'null', '00123', '1e5', '');
insert into case_version (workspace, case_id, n, from_n, title, stage, content, note, release_id, document, made_at, made_by) values ('0 ', '0 ', 0, 9223372036854775807, 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', '0 ', x'', '1e5', '');
insert into case_version (workspace, case_id, n, from_n, title, stage, content, note, release_id, document, made_at, made_by) values ('1  ', '1  ', 1, -9223372036854775808, '{"a":1}', 'x''00''', '$1', 'null', '1  ', x'00', '', '');
insert into case_version (workspace, case_id, n, from_n, title, stage, content, note, release_id, document, made_at, made_by) values ('2 a''b"c\d', '2 a''b"c\d', 2, 0, 'x''00''', '$1', 'null', '00123', '2 a''b"c\d', x'74657874', '', ' ');
insert into case_comment (workspace, case_id, comment_id, reply_to, part, sentence, comment_text, n, resolved_at, resolved_by, erased_at, version, made_at, made_by) values ('0 ', '0 ', '0 ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', -1, 'null', '00123', '1e5', 1, '', ' ');
insert into case_comment (workspace, case_id, comment_id, reply_to, part, sentence, comment_text, n, resolved_at, resolved_by, erased_at, version, made_at, made_by) values ('1  ', '1  ', '1  ', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 9223372036854775807, '00123', '1e5', '', -1, ' ', 'a''b"c\d');
insert into case_comment (workspace, case_id, comment_id, reply_to, part, sentence, comment_text, n, resolved_at, resolved_by, erased_at, version, made_at, made_by) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', '{"a":1}', 'x''00''', '$1', 'null', -9223372036854775808, '1e5', '', '', 9223372036854775807, 'a''b"c\d', 'line
line
	tab');
insert into case_suggestion (workspace, case_id, suggestion_id, part, from_text, to_text, reason, n, state, answer, answered_at, answered_by, accepted_n, version, made_at, made_by) values ('0 ', '0 ', '0 ', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', -1, 'null', '00123', '1e5', '', -1, 9223372036854775807, 'a''b"c\d', 'line
line
	tab');
insert into case_suggestion (workspace, case_id, suggestion_id, part, from_text, to_text, reason, n, state, answer, answered_at, answered_by, accepted_n, version, made_at, made_by) values ('1  ', '1  ', '1  ', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 9223372036854775807, '00123', '1e5', '', '', 9223372036854775807, -9223372036854775808, 'line
line
	tab', 'é 中 😀  ');
insert into case_suggestion (workspace, case_id, suggestion_id, part, from_text, to_text, reason, n, state, answer, answered_at, answered_by, accepted_n, version, made_at, made_by) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', '{"a":1}', 'x''00''', '$1', 'null', -9223372036854775808, '1e5', '', '', ' ', -9223372036854775808, 0, 'é 中 😀  ', '{"a":1}');
insert into case_approval (workspace, case_id, approval_id, role, own_role, n, release_id, words, made_at, made_by, withdrawn_at, withdrawn_by) values ('0 ', '0 ', '0 ', 'line
line
	tab', 'é 中 😀  ', 0, '0 ', '$1', 'null', '00123', '1e5', '');
insert into case_approval (workspace, case_id, approval_id, role, own_role, n, release_id, words, made_at, made_by, withdrawn_at, withdrawn_by) values ('1  ', '1  ', '1  ', 'é 中 😀  ', '{"a":1}', 1, '1  ', 'null', '00123', '1e5', '', '');
insert into case_approval (workspace, case_id, approval_id, role, own_role, n, release_id, words, made_at, made_by, withdrawn_at, withdrawn_by) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', '{"a":1}', 'x''00''', -1, '2 a''b"c\d', '00123', '1e5', '', '', ' ');
insert into case_publication (workspace, publication_id, case_id, n, link_hash, title, release_id, document, note, version, made_at, made_by, withdrawn_at, withdrawn_by) values ('0 ', '0 ', '0 ', 9223372036854775807, 'é 中 😀  ', '{"a":1}', '0 ', x'', 'null', -9223372036854775808, '1e5', '', '', ' ');
insert into case_publication (workspace, publication_id, case_id, n, link_hash, title, release_id, document, note, version, made_at, made_by, withdrawn_at, withdrawn_by) values ('1  ', '1  ', '1  ', -9223372036854775808, '{"a":1}', 'x''00''', '1  ', x'00', '00123', 0, '', '', ' ', 'a''b"c\d');
insert into case_publication (workspace, publication_id, case_id, n, link_hash, title, release_id, document, note, version, made_at, made_by, withdrawn_at, withdrawn_by) values ('2 a''b"c\d', '2 a''b"c\d', '2 a''b"c\d', 0, 'x''00''', '$1', '2 a''b"c\d', x'74657874', '1e5', 1, '', ' ', 'a''b"c\d', 'line
line
	tab');
insert into upload (upload_id, workspace, person_id, table_name, file_name, content, created_at, expires_at) values ('0 ', ' ', '0 ', 'line
line
	tab', 'é 中 😀  ', x'', 'x''00''', '$1');
insert into upload (upload_id, workspace, person_id, table_name, file_name, content, created_at, expires_at) values ('1  ', 'a''b"c\d', '1  ', 'é 中 😀  ', '{"a":1}', x'00', '$1', 'null');
insert into upload (upload_id, workspace, person_id, table_name, file_name, content, created_at, expires_at) values ('2 a''b"c\d', 'line
line
	tab', '2 a''b"c\d', '{"a":1}', 'x''00''', x'74657874', 'null', '00123');
insert into job (job_id, workspace, kind, state, asked_by, asked_at, started_at, ended_at, worker, seen_at, attempts, cancel_asked, done, total, message, result) values ('0 ', ' ', '0', 'line
line
	tab', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', 0, '', -1, 9223372036854775807, 'a''b"c\d', 'line
line
	tab');
insert into job (job_id, workspace, kind, state, asked_by, asked_at, started_at, ended_at, worker, seen_at, attempts, cancel_asked, done, total, message, result) values ('1  ', 'a''b"c\d', '1', 'é 中 😀  ', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', 1, '', 9223372036854775807, -9223372036854775808, 'line
line
	tab', 'é 中 😀  ');
insert into job (job_id, workspace, kind, state, asked_by, asked_at, started_at, ended_at, worker, seen_at, attempts, cancel_asked, done, total, message, result) values ('2 a''b"c\d', 'line
line
	tab', '2', '{"a":1}', 'x''00''', '$1', 'null', '00123', '1e5', '', -1, ' ', -9223372036854775808, 0, 'é 中 😀  ', '{"a":1}');
insert into job_log (job_id, n, at, line) values ('0 ', 0, 'a''b"c\d', 'line
line
	tab');
insert into job_log (job_id, n, at, line) values ('1  ', 1, 'line
line
	tab', 'é 中 😀  ');
insert into job_log (job_id, n, at, line) values ('2 a''b"c\d', 2, 'é 中 😀  ', '{"a":1}');
