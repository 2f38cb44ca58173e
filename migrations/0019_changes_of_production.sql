-- The clients that a change may have made clients for live users, which are few: lists are narrowed to those that were not
-- changed since. Of a creation nothing was before.
CREATE INDEX audit_intents_of_production ON audit_intents (connection, object_id)
    WHERE object_kind = 'oauth_client' AND action IN ('update', 'observed') AND instr(changes, '"is_production"') > 0;
