-- Few completions and resolutions name an object: those of creations. An index that holds the others too makes each entry
-- dearer to write, and the log larger and slower to verify.
DROP INDEX audit_completions_by_object;
CREATE INDEX audit_completions_by_object ON audit_completions (object_id) WHERE object_id IS NOT NULL;

DROP INDEX audit_resolutions_by_object;
CREATE INDEX audit_resolutions_by_object ON audit_resolutions (object_id) WHERE object_id IS NOT NULL;
