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
