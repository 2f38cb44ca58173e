-- Changes made elsewhere, and who accepted or reverted them. These entries have no completion: nothing is sent for them,
-- so that they are complete when they are written.

-- What was found, and when it was last seen unchanged; of an observed entry alone.
ALTER TABLE audit_intents ADD COLUMN observation TEXT CHECK (observation IS NULL OR json_valid(observation));
-- The newest observed entry that this one answers. It answers those about the same object before it too.
ALTER TABLE audit_intents ADD COLUMN answers INTEGER;

CREATE INDEX audit_intents_by_answer ON audit_intents (connection, object_kind, object_id, answers)
WHERE answers IS NOT NULL;

-- The observed entries that nobody has answered yet. It says nothing that the log does not say: the triggers below derive
-- it from what is added there, so that counting what is open does not read the whole log.
CREATE TABLE audit_open_observations (
    intent_id       INTEGER PRIMARY KEY REFERENCES audit_intents (id),
    connection      TEXT NOT NULL,
    object_kind     TEXT NOT NULL,
    object_id       TEXT,
    -- The organisation where it is: itself, or that of a client. None for what concerns a whole connection.
    place           TEXT
) STRICT;

CREATE INDEX audit_open_observations_by_object ON audit_open_observations (connection, object_kind, object_id, intent_id);

CREATE TRIGGER audit_observations_are_open AFTER INSERT ON audit_intents WHEN NEW.action = 'observed'
BEGIN
    INSERT INTO audit_open_observations (intent_id, connection, object_kind, object_id, place)
    VALUES (NEW.id, NEW.connection, NEW.object_kind, NEW.object_id,
        CASE NEW.object_kind WHEN 'organisation' THEN NEW.object_id ELSE NEW.organisation_id END);
END;

CREATE TRIGGER audit_observations_are_accepted AFTER INSERT ON audit_intents
WHEN NEW.action = 'accept' AND NEW.answers IS NOT NULL
BEGIN
    DELETE FROM audit_open_observations WHERE connection = NEW.connection AND object_kind = NEW.object_kind
        AND object_id = NEW.object_id AND intent_id <= NEW.answers;
END;

CREATE TRIGGER audit_observations_are_reverted AFTER INSERT ON audit_completions WHEN NEW.outcome = 'applied'
BEGIN
    DELETE FROM audit_open_observations WHERE intent_id IN (
        SELECT o.intent_id FROM audit_intents AS i JOIN audit_open_observations AS o
            ON o.connection = i.connection AND o.object_kind = i.object_kind AND o.object_id = i.object_id
            AND o.intent_id <= i.answers
        WHERE i.id = NEW.intent_id);
END;

CREATE TRIGGER audit_observations_are_found_reverted AFTER INSERT ON audit_resolutions WHEN NEW.outcome = 'applied'
BEGIN
    DELETE FROM audit_open_observations WHERE intent_id IN (
        SELECT o.intent_id FROM audit_intents AS i JOIN audit_open_observations AS o
            ON o.connection = i.connection AND o.object_kind = i.object_kind AND o.object_id = i.object_id
            AND o.intent_id <= i.answers
        WHERE i.id = NEW.intent_id);
END;
