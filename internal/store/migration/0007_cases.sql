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
