-- Readiness rules that somebody silenced for one object, with a reason. These entries are complete when they are written.
DROP TRIGGER audit_outcomes_are_unknown;
CREATE TRIGGER audit_outcomes_are_unknown AFTER INSERT ON audit_intents WHEN NEW.action NOT IN (
    'observed', 'accept', 'outcome_decided', 'rule_silenced', 'rule_unsilenced', 'new_fields', 'secret_shown', 'sign_in',
    'sign_out', 'session_ended', 'export', 'configuration_loaded', 'retention', 'erasure', 'backup', 'log_continued',
    'sign_in_refused', 'permission_refused')
BEGIN
    INSERT INTO audit_unknown_outcomes (intent_id) VALUES (NEW.id);
END;

-- What is silenced now: the triggers below derive it from what is added to the log, so that neither says what the other does
-- not. It stays when retention removes the entry.
CREATE TABLE audit_silenced_rules (
    connection  TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id   TEXT NOT NULL,
    rule        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    silenced_at TEXT NOT NULL,
    -- The entry that says who it was.
    intent_id   INTEGER NOT NULL,
    PRIMARY KEY (connection, object_kind, object_id, rule)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_rules_are_silenced AFTER INSERT ON audit_intents WHEN NEW.action = 'rule_silenced'
BEGIN
    INSERT INTO audit_silenced_rules (connection, object_kind, object_id, rule, reason, silenced_at, intent_id)
    SELECT NEW.connection, NEW.object_kind, NEW.object_id, rule.value ->> 'after', reason.value ->> 'after',
        NEW.intended_at, NEW.id
    FROM json_each(NEW.changes) AS rule JOIN json_each(NEW.changes) AS reason
    WHERE rule.value ->> 'field' = 'rule' AND reason.value ->> 'field' = 'reason'
        AND NEW.connection IS NOT NULL AND NEW.object_id IS NOT NULL
    ON CONFLICT (connection, object_kind, object_id, rule)
        DO UPDATE SET reason = excluded.reason, silenced_at = excluded.silenced_at, intent_id = excluded.intent_id;
END;

CREATE TRIGGER audit_rules_are_unsilenced AFTER INSERT ON audit_intents WHEN NEW.action = 'rule_unsilenced'
BEGIN
    DELETE FROM audit_silenced_rules WHERE connection = NEW.connection AND object_kind = NEW.object_kind
        AND object_id = NEW.object_id
        AND rule = (SELECT value ->> 'after' FROM json_each(NEW.changes) WHERE value ->> 'field' = 'rule');
END;
