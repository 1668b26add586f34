select file, line, event_id as meeting_id, org_id as key, coalesce(role, 'guest') as role, note from {{raw}}
