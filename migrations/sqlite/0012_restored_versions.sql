-- An entry may say which version of its object it restored: the one after that entry. Entries from before say nothing, and
-- their leaves stay as they are.
ALTER TABLE audit_intents ADD COLUMN restores INTEGER;

DROP TRIGGER audit_intents_are_never_changed;
CREATE TRIGGER audit_intents_are_never_changed BEFORE UPDATE ON audit_intents
WHEN NOT (NEW.actor_subject = '' AND NEW.actor_name = '' AND NEW.actor_email IS NULL AND NEW.actor_role = ''
    AND NEW.actor_groups = '[]' AND NEW.peer IS NULL AND NEW.session IS NULL
    AND NEW.id IS OLD.id AND NEW.intended_at IS OLD.intended_at AND NEW.request_id IS OLD.request_id
    AND NEW.action IS OLD.action AND NEW.connection IS OLD.connection AND NEW.environment IS OLD.environment
    AND NEW.object_kind IS OLD.object_kind AND NEW.object_id IS OLD.object_id AND NEW.object_name IS OLD.object_name
    AND NEW.organisation_id IS OLD.organisation_id AND NEW.changes IS OLD.changes AND NEW.observation IS OLD.observation
    AND NEW.answers IS OLD.answers AND NEW.restores IS OLD.restores)
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;

DROP TRIGGER audit_intents_get_their_leaves;
DROP VIEW audit_intent_appends;

CREATE VIEW audit_intent_appends AS
SELECT r.id, r.intended_at, r.actor_subject, r.actor_name, r.actor_email, r.actor_role, r.actor_groups, r.peer,
    r.session, r.request_id, r.action, r.connection, r.environment, r.object_kind, r.object_id, r.object_name,
    r.organisation_id, r.changes, r.observation, r.answers, r.restores, l.sequence, l.envelope, l.salts, h.frontier,
    h.checkpoint, h.checkpoint AS subtrees
FROM audit_intents AS r, audit_leaves AS l, audit_head AS h
WHERE false;

CREATE TRIGGER audit_intents_get_their_leaves INSTEAD OF INSERT ON audit_intent_appends
BEGIN
    INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    VALUES (NEW.sequence, 'intent', NEW.id, NEW.envelope, NEW.salts);
    INSERT INTO audit_intents (id, intended_at, actor_subject, actor_name, actor_email, actor_role, actor_groups, peer, session,
        request_id, action, connection, environment, object_kind, object_id, object_name, organisation_id,
        changes, observation, answers, restores)
    VALUES (NEW.id, NEW.intended_at, NEW.actor_subject, NEW.actor_name, NEW.actor_email, NEW.actor_role,
        NEW.actor_groups, NEW.peer, NEW.session, NEW.request_id, NEW.action, NEW.connection, NEW.environment,
        NEW.object_kind, NEW.object_id, NEW.object_name, NEW.organisation_id, NEW.changes,
        NEW.observation, NEW.answers, NEW.restores);
    INSERT INTO audit_subtrees (height, place, root)
    SELECT value ->> 'height', value ->> 'place', value ->> 'root' FROM json_each(NEW.subtrees);
    UPDATE audit_head SET size = NEW.sequence + 1, frontier = NEW.frontier, checkpoint = NEW.checkpoint;
END;
