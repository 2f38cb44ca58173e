-- The request that a form was sent with, by which its entry of the audit log is found when the server ended in the middle.
ALTER TABLE submissions ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
