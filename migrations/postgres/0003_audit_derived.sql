-- What is counted often, derived from what is added to the log, so that neither says what the other does not.

-- The observed entries that nobody has answered yet.
CREATE TABLE audit_open_observations (
    intent_id   BIGINT PRIMARY KEY,
    connection  TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id   TEXT,
    -- The organisation where it is: itself, or that of a client. None for what concerns a whole connection.
    place       TEXT
);

CREATE INDEX audit_open_observations_by_object ON audit_open_observations USING hash (object_id);

-- The entries whose outcome is not known: under way, lost, or interrupted.
CREATE TABLE audit_unknown_outcomes (
    intent_id BIGINT PRIMARY KEY
);

-- The readiness rules that are silenced now. They stay when retention removes the entry.
CREATE TABLE audit_silenced_rules (
    connection  TEXT COLLATE "C" NOT NULL,
    object_kind TEXT COLLATE "C" NOT NULL,
    object_id   TEXT COLLATE "C" NOT NULL,
    rule        TEXT COLLATE "C" NOT NULL,
    reason      TEXT NOT NULL,
    silenced_at TEXT NOT NULL,
    -- The entry that says who it was.
    intent_id   BIGINT NOT NULL
);

-- Of the ID there is a hash in the index, which has no room for one that is very long.
CREATE UNIQUE INDEX audit_silenced_rules_are_there_once
ON audit_silenced_rules (connection, object_kind, md5(object_id), rule);

-- Clients that were turned into production clients, and whether anything else was changed of them then or since.
CREATE TABLE audit_promoted_clients (
    connection   TEXT NOT NULL,
    object_id    TEXT COLLATE "C" NOT NULL,
    -- The last change of note.
    intent_id    BIGINT NOT NULL,
    -- Whether that turned production on and did nothing else.
    is_unchanged BOOLEAN NOT NULL
);

CREATE UNIQUE INDEX audit_promoted_clients_are_there_once ON audit_promoted_clients (connection, md5(object_id));

-- What a change is of a client. Its name, and whether it is enabled, are nothing of note: neither makes it ready for live users. A
-- creation has no value before: it turns nothing on.
CREATE VIEW audit_changes_of_clients AS
SELECT id, connection, object_id, action,
    (SELECT count(*) FROM json_array_elements(changes::json) AS change WHERE change ->> 'field' NOT IN ('name', 'enabled'))
        AS of_note,
    EXISTS (
        SELECT 1 FROM json_array_elements(changes::json) AS change WHERE change ->> 'field' = 'is_production'
            AND (change -> 'before')::text = 'false' AND (change -> 'after')::text = 'true'
    ) AS turns_production_on
FROM audit_intents
WHERE object_kind = 'oauth_client' AND action IN ('update', 'observed') AND connection IS NOT NULL AND object_id IS NOT NULL;

-- Takes note of a change of a client that was made.
CREATE FUNCTION audit_note_change_of_client(entry BIGINT) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    change audit_changes_of_clients%ROWTYPE;
BEGIN
    SELECT * INTO change FROM audit_changes_of_clients WHERE id = entry AND of_note > 0;
    IF NOT FOUND THEN RETURN; END IF;
    UPDATE audit_promoted_clients SET intent_id = entry, is_unchanged = false
    WHERE connection = change.connection AND md5(object_id) = md5(change.object_id) AND intent_id < entry;
    IF change.of_note = 1 AND change.turns_production_on
        -- An outcome may be known after that of a later change.
        AND NOT EXISTS (
            SELECT 1 FROM audit_changes_of_clients AS later
            WHERE later.connection = change.connection AND later.object_id = change.object_id
                AND later.id > entry AND later.of_note > 0 AND (
                    later.action = 'observed'
                    OR EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = later.id AND outcome = 'applied')
                    OR EXISTS (SELECT 1 FROM audit_resolutions WHERE intent_id = later.id AND outcome = 'applied')))
    THEN
        INSERT INTO audit_promoted_clients AS kept (connection, object_id, intent_id, is_unchanged)
        VALUES (change.connection, change.object_id, entry, true)
        ON CONFLICT (connection, md5(object_id)) DO UPDATE SET intent_id = excluded.intent_id, is_unchanged = true
            WHERE excluded.intent_id >= kept.intent_id;
    END IF;
END $$;

CREATE FUNCTION audit_derive_from_intent() RETURNS trigger LANGUAGE plpgsql AS $$
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
    -- What is complete when it is written has no completion. An action that this list does not have is waited for.
    IF NEW.action NOT IN (
        'observed', 'accept', 'outcome_decided', 'rule_silenced', 'rule_unsilenced', 'new_fields', 'secret_shown', 'sign_in',
        'sign_out', 'session_ended', 'export', 'configuration_loaded', 'retention', 'erasure', 'backup', 'log_continued',
        'sign_in_refused', 'permission_refused')
    THEN
        INSERT INTO audit_unknown_outcomes (intent_id) VALUES (NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_intents_are_derived_from AFTER INSERT ON audit_intents FOR EACH ROW
EXECUTE FUNCTION audit_derive_from_intent();

-- A change is known to be made.
CREATE FUNCTION audit_derive_from_applied(entry BIGINT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM audit_open_observations WHERE intent_id IN (
        SELECT o.intent_id FROM audit_intents AS i JOIN audit_open_observations AS o
            ON o.connection = i.connection AND o.object_kind = i.object_kind AND o.object_id = i.object_id
            AND o.intent_id <= i.answers
        WHERE i.id = entry);
    PERFORM audit_note_change_of_client(entry);
END $$;

CREATE FUNCTION audit_derive_from_completion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome = 'applied' THEN PERFORM audit_derive_from_applied(NEW.intent_id); END IF;
    IF NEW.outcome <> 'unknown' THEN DELETE FROM audit_unknown_outcomes WHERE intent_id = NEW.intent_id; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_completions_are_derived_from AFTER INSERT ON audit_completions FOR EACH ROW
EXECUTE FUNCTION audit_derive_from_completion();

CREATE FUNCTION audit_derive_from_resolution() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome = 'applied' THEN PERFORM audit_derive_from_applied(NEW.intent_id); END IF;
    DELETE FROM audit_unknown_outcomes WHERE intent_id = NEW.intent_id;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_resolutions_are_derived_from AFTER INSERT ON audit_resolutions FOR EACH ROW
EXECUTE FUNCTION audit_derive_from_resolution();
