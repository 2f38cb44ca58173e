-- Saves that were not sent, because their intent could not be written. These entries are complete when they are written.
DROP TRIGGER audit_outcomes_are_unknown;
CREATE TRIGGER audit_outcomes_are_unknown AFTER INSERT ON audit_intents WHEN NEW.action NOT IN (
    'observed', 'accept', 'outcome_decided', 'rule_silenced', 'rule_unsilenced', 'new_fields', 'secret_shown', 'sign_in',
    'sign_out', 'session_ended', 'export', 'configuration_loaded', 'retention', 'erasure', 'backup', 'log_continued',
    'sign_in_refused', 'permission_refused', 'save_prevented')
BEGIN
    INSERT INTO audit_unknown_outcomes (intent_id) VALUES (NEW.id);
END;
