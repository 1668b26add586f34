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
