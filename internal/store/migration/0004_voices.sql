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
