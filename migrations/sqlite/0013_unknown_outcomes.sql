-- The entries whose outcome is not known: under way, lost, or interrupted. Like the open observations it says nothing that
-- the log does not say. The triggers below derive it from what is added there, so that finding these entries does not read
-- the whole log.
CREATE TABLE audit_unknown_outcomes (
    intent_id INTEGER PRIMARY KEY
) STRICT;

INSERT INTO audit_unknown_outcomes
SELECT i.id FROM audit_intents AS i LEFT JOIN audit_completions AS c ON c.intent_id = i.id
    LEFT JOIN audit_resolutions AS r ON r.intent_id = i.id
WHERE coalesce(nullif(c.outcome, 'unknown'), r.outcome, 'unknown') = 'unknown' AND i.action NOT IN (
    'observed', 'accept', 'new_fields', 'secret_shown', 'sign_in', 'sign_out', 'session_ended', 'export',
    'configuration_loaded', 'retention', 'erasure', 'backup', 'log_continued', 'sign_in_refused', 'permission_refused');

-- What is complete when it is written has no completion. An action that this list does not have is waited for.
CREATE TRIGGER audit_outcomes_are_unknown AFTER INSERT ON audit_intents WHEN NEW.action NOT IN (
    'observed', 'accept', 'new_fields', 'secret_shown', 'sign_in', 'sign_out', 'session_ended', 'export',
    'configuration_loaded', 'retention', 'erasure', 'backup', 'log_continued', 'sign_in_refused', 'permission_refused')
BEGIN
    INSERT INTO audit_unknown_outcomes (intent_id) VALUES (NEW.id);
END;
CREATE TRIGGER audit_outcomes_are_known AFTER INSERT ON audit_completions WHEN NEW.outcome <> 'unknown'
BEGIN
    DELETE FROM audit_unknown_outcomes WHERE intent_id = NEW.intent_id;
END;
CREATE TRIGGER audit_outcomes_are_found_out AFTER INSERT ON audit_resolutions
BEGIN
    DELETE FROM audit_unknown_outcomes WHERE intent_id = NEW.intent_id;
END;

-- What is pruned goes with the same statement.
DROP TRIGGER audit_leaves_are_pruned;
CREATE TRIGGER audit_leaves_are_pruned AFTER UPDATE OF pruned ON audit_head WHEN NEW.pruned > OLD.pruned
BEGIN
    DELETE FROM audit_open_observations WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'intent');
    DELETE FROM audit_unknown_outcomes WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'intent');
    DELETE FROM audit_intents WHERE id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'intent');
    DELETE FROM audit_completions WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'completion');
    DELETE FROM audit_resolutions WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'resolution');
    DELETE FROM audit_leaves WHERE sequence >= OLD.pruned AND sequence < NEW.pruned;
END;
