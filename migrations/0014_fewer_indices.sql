-- Entries are found by organisation, request and session in the search index, which has a file of its own. Here the same made
-- each entry dearer to write, and a log larger and slower to verify.
DROP INDEX audit_intents_by_organisation;
DROP INDEX audit_intents_by_request;
DROP INDEX audit_intents_by_session;
