-- Saves that were not sent, because their intent could not be written. These entries are complete when they are written.

-- What is complete when it is written has no completion. An action that this list does not have is waited for.
CREATE FUNCTION audit_is_complete_when_written(action TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$
    SELECT action IN (
        'observed', 'accept', 'outcome_decided', 'rule_silenced', 'rule_unsilenced', 'new_fields', 'secret_shown', 'sign_in',
        'sign_out', 'session_ended', 'export', 'configuration_loaded', 'retention', 'erasure', 'backup', 'log_continued',
        'sign_in_refused', 'permission_refused', 'save_prevented')
$$;

CREATE OR REPLACE FUNCTION audit_derive_from_intent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.action = 'observed' THEN
        INSERT INTO audit_open_observations (intent_id, connection, object_kind, object_id, place)
        VALUES (NEW.id, NEW.connection, NEW.object_kind, NEW.object_id,
            CASE NEW.object_kind WHEN 'organisation' THEN NEW.object_id ELSE NEW.organisation_id END);
        IF NEW.object_kind = 'oauth_client' THEN
            PERFORM audit_note_change_of_client(NEW.id);
        END IF;
    ELSIF NEW.action = 'accept' AND NEW.answers IS NOT NULL THEN
        DELETE FROM audit_open_observations WHERE connection = NEW.connection AND object_kind = NEW.object_kind
            AND object_id = NEW.object_id AND intent_id <= NEW.answers;
    ELSIF NEW.action = 'rule_silenced' THEN
        INSERT INTO audit_silenced_rules (connection, object_kind, object_id, rule, reason, silenced_at, intent_id)
        SELECT NEW.connection, NEW.object_kind, NEW.object_id, rule ->> 'after', reason ->> 'after', NEW.intended_at, NEW.id
        FROM json_array_elements(NEW.changes::json) AS rule, json_array_elements(NEW.changes::json) AS reason
        WHERE rule ->> 'field' = 'rule' AND reason ->> 'field' = 'reason'
            AND NEW.connection IS NOT NULL AND NEW.object_id IS NOT NULL
        ON CONFLICT (connection, object_kind, md5(object_id), rule)
            DO UPDATE SET reason = excluded.reason, silenced_at = excluded.silenced_at, intent_id = excluded.intent_id;
    ELSIF NEW.action = 'rule_unsilenced' THEN
        DELETE FROM audit_silenced_rules WHERE connection = NEW.connection AND object_kind = NEW.object_kind
            AND object_id = NEW.object_id AND rule = (
                SELECT change ->> 'after' FROM json_array_elements(NEW.changes::json) AS change
                WHERE change ->> 'field' = 'rule' LIMIT 1);
    END IF;
    IF NOT audit_is_complete_when_written(NEW.action) THEN
        INSERT INTO audit_unknown_outcomes (intent_id) VALUES (NEW.id);
    END IF;
    RETURN NULL;
END $$;
