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
