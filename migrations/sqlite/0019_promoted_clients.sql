-- Clients that were turned into production clients, and whether anything else was changed of them then or since: lists are
-- narrowed to those of which nothing was. The triggers below derive it from what is added to the log, so that neither says what
-- the other does not. It stays when retention removes the entries.

-- What a change is of a client. Its name, and whether it is enabled, are nothing of note: neither makes it ready for live users. A
-- creation has no value before: it turns nothing on.
CREATE VIEW audit_changes_of_clients AS
SELECT id, connection, object_id,
    (SELECT count(*) FROM json_each(changes) WHERE value ->> 'field' NOT IN ('name', 'enabled')) AS of_note,
    EXISTS (
        SELECT 1 FROM json_each(changes) WHERE value ->> 'field' = 'is_production'
            AND value -> 'before' = 'false' AND value -> 'after' = 'true'
    ) AS turns_production_on
FROM audit_intents
WHERE object_kind = 'oauth_client' AND action IN ('update', 'observed') AND connection IS NOT NULL AND object_id IS NOT NULL;

CREATE TABLE audit_promoted_clients (
    connection   TEXT NOT NULL,
    object_id    TEXT NOT NULL,
    -- The last change of note.
    intent_id    INTEGER NOT NULL,
    -- Whether that turned production on and did nothing else.
    is_unchanged INTEGER NOT NULL CHECK (is_unchanged IN (0, 1)),
    PRIMARY KEY (connection, object_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_clients_are_seen_promoted AFTER INSERT ON audit_intents
    WHEN NEW.action = 'observed' AND NEW.object_kind = 'oauth_client'
BEGIN
    INSERT INTO audit_promoted_clients (connection, object_id, intent_id, is_unchanged)
    SELECT connection, object_id, id, 1 FROM audit_changes_of_clients
    WHERE id = NEW.id AND of_note = 1 AND turns_production_on
    ON CONFLICT (connection, object_id) DO UPDATE SET intent_id = excluded.intent_id, is_unchanged = 1
        WHERE excluded.intent_id > intent_id;
    UPDATE audit_promoted_clients SET intent_id = NEW.id, is_unchanged = 0
    WHERE connection = NEW.connection AND object_id = NEW.object_id AND intent_id < NEW.id AND EXISTS (
        SELECT 1 FROM audit_changes_of_clients WHERE id = NEW.id AND of_note > 0);
END;

CREATE TRIGGER audit_clients_are_promoted AFTER INSERT ON audit_completions WHEN NEW.outcome = 'applied'
BEGIN
    INSERT INTO audit_promoted_clients (connection, object_id, intent_id, is_unchanged)
    SELECT connection, object_id, id, 1 FROM audit_changes_of_clients AS promotion
    WHERE id = NEW.intent_id AND of_note = 1 AND turns_production_on
        -- An outcome may be known after that of a later change.
        AND NOT EXISTS (
            SELECT 1 FROM audit_changes_of_clients AS later JOIN audit_intents AS i ON i.id = later.id
            WHERE later.connection = promotion.connection AND later.object_id = promotion.object_id
                AND later.id > promotion.id AND later.of_note > 0 AND (
                    i.action = 'observed'
                    OR EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = later.id AND outcome = 'applied')
                    OR EXISTS (SELECT 1 FROM audit_resolutions WHERE intent_id = later.id AND outcome = 'applied')))
    ON CONFLICT (connection, object_id) DO UPDATE SET intent_id = excluded.intent_id, is_unchanged = 1
        WHERE excluded.intent_id > intent_id;
    UPDATE audit_promoted_clients SET intent_id = NEW.intent_id, is_unchanged = 0
    WHERE (connection, object_id) = (SELECT connection, object_id FROM audit_intents WHERE id = NEW.intent_id)
        AND intent_id < NEW.intent_id
        AND EXISTS (SELECT 1 FROM audit_changes_of_clients WHERE id = NEW.intent_id AND of_note > 0);
END;

CREATE TRIGGER audit_clients_are_found_promoted AFTER INSERT ON audit_resolutions WHEN NEW.outcome = 'applied'
BEGIN
    INSERT INTO audit_promoted_clients (connection, object_id, intent_id, is_unchanged)
    SELECT connection, object_id, id, 1 FROM audit_changes_of_clients AS promotion
    WHERE id = NEW.intent_id AND of_note = 1 AND turns_production_on
        -- An outcome may be known after that of a later change.
        AND NOT EXISTS (
            SELECT 1 FROM audit_changes_of_clients AS later JOIN audit_intents AS i ON i.id = later.id
            WHERE later.connection = promotion.connection AND later.object_id = promotion.object_id
                AND later.id > promotion.id AND later.of_note > 0 AND (
                    i.action = 'observed'
                    OR EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = later.id AND outcome = 'applied')
                    OR EXISTS (SELECT 1 FROM audit_resolutions WHERE intent_id = later.id AND outcome = 'applied')))
    ON CONFLICT (connection, object_id) DO UPDATE SET intent_id = excluded.intent_id, is_unchanged = 1
        WHERE excluded.intent_id > intent_id;
    UPDATE audit_promoted_clients SET intent_id = NEW.intent_id, is_unchanged = 0
    WHERE (connection, object_id) = (SELECT connection, object_id FROM audit_intents WHERE id = NEW.intent_id)
        AND intent_id < NEW.intent_id
        AND EXISTS (SELECT 1 FROM audit_changes_of_clients WHERE id = NEW.intent_id AND of_note > 0);
END;

-- What the log says already.
WITH candidates AS (
    SELECT DISTINCT connection, object_id FROM audit_intents NOT INDEXED
    WHERE object_kind = 'oauth_client' AND instr(changes, '"is_production"') > 0
), made AS (
    SELECT c.* FROM candidates AS o
    CROSS JOIN audit_changes_of_clients AS c ON c.connection = o.connection AND c.object_id = o.object_id
    JOIN audit_intents AS i ON i.id = c.id
    WHERE c.of_note > 0 AND (
        i.action = 'observed'
        OR EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = c.id AND outcome = 'applied')
        OR EXISTS (SELECT 1 FROM audit_resolutions WHERE intent_id = c.id AND outcome = 'applied'))
)
INSERT INTO audit_promoted_clients (connection, object_id, intent_id, is_unchanged)
SELECT connection, object_id, id, of_note = 1 AND turns_production_on
FROM (SELECT *, max(id) FROM made GROUP BY connection, object_id)
WHERE (connection, object_id) IN (SELECT connection, object_id FROM made WHERE of_note = 1 AND turns_production_on);
