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
