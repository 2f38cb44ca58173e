-- Lists find entries by organisation, request and session in the search index, which has a file of its own. Indices for them
-- here only made each entry dearer to write, and the log larger and slower to verify.
DROP INDEX audit_intents_by_organisation;
DROP INDEX audit_intents_by_request;
DROP INDEX audit_intents_by_session;
