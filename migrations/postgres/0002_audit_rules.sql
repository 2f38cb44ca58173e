-- What may become of the log. Records are added with their leaves, never changed, and removed with their part of the tree alone.
-- The owner of the tables can switch these rules off, as whoever owns a file can write to it: `audit verify` finds what was done
-- then.

-- Refuses what a trigger asks it to; the argument says why.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END $$;

-- A record goes when its leaf does. The argument is the kind of record.
CREATE FUNCTION audit_record_is_pruned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry BIGINT;
BEGIN
    IF TG_ARGV[0] = 'intent' THEN entry := OLD.id; ELSE entry := OLD.intent_id; END IF;
    IF NOT EXISTS (SELECT 1 FROM audit_leaves AS l JOIN audit_head AS h ON l.sequence < h.pruned
        WHERE l.record = TG_ARGV[0] AND l.entry_id = entry) THEN
        RAISE EXCEPTION 'audit entries are never removed';
    END IF;
    RETURN OLD;
END $$;

-- A record comes with its leaf. The argument is the kind of record.
CREATE FUNCTION audit_record_has_its_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry BIGINT;
BEGIN
    IF TG_ARGV[0] = 'intent' THEN entry := NEW.id; ELSE entry := NEW.intent_id; END IF;
    IF NOT EXISTS (SELECT 1 FROM audit_leaves WHERE record = TG_ARGV[0] AND entry_id = entry) THEN
        RAISE EXCEPTION 'audit entries are added with their leaves';
    END IF;
    RETURN NEW;
END $$;

-- What may become of an intent is that it names nobody any more.
CREATE TRIGGER audit_intents_are_never_changed BEFORE UPDATE ON audit_intents FOR EACH ROW
WHEN (NOT (NEW.actor_subject = '' AND NEW.actor_name = '' AND NEW.actor_email IS NULL AND NEW.actor_role = ''
    AND NEW.actor_groups = '[]' AND NEW.peer IS NULL AND NEW.session IS NULL
    AND (NEW.id, NEW.intended_at, NEW.request_id, NEW.action, NEW.connection, NEW.environment, NEW.object_kind, NEW.object_id,
        NEW.object_name, NEW.organisation_id, NEW.changes, NEW.observation, NEW.answers, NEW.restores)
    IS NOT DISTINCT FROM (OLD.id, OLD.intended_at, OLD.request_id, OLD.action, OLD.connection, OLD.environment, OLD.object_kind,
        OLD.object_id, OLD.object_name, OLD.organisation_id, OLD.changes, OLD.observation, OLD.answers, OLD.restores)))
EXECUTE FUNCTION audit_refuse('audit entries are never changed');
CREATE TRIGGER audit_completions_are_never_changed BEFORE UPDATE ON audit_completions FOR EACH ROW
EXECUTE FUNCTION audit_refuse('audit entries are never changed');
CREATE TRIGGER audit_resolutions_are_never_changed BEFORE UPDATE ON audit_resolutions FOR EACH ROW
EXECUTE FUNCTION audit_refuse('audit entries are never changed');
CREATE TRIGGER audit_subtrees_are_never_changed BEFORE UPDATE ON audit_subtrees FOR EACH ROW
EXECUTE FUNCTION audit_refuse('audit entries are never changed');

CREATE TRIGGER audit_intents_are_never_removed BEFORE DELETE ON audit_intents FOR EACH ROW
EXECUTE FUNCTION audit_record_is_pruned('intent');
CREATE TRIGGER audit_completions_are_never_removed BEFORE DELETE ON audit_completions FOR EACH ROW
EXECUTE FUNCTION audit_record_is_pruned('completion');
CREATE TRIGGER audit_resolutions_are_never_removed BEFORE DELETE ON audit_resolutions FOR EACH ROW
EXECUTE FUNCTION audit_record_is_pruned('resolution');
CREATE TRIGGER audit_subtrees_are_never_removed BEFORE DELETE ON audit_subtrees FOR EACH ROW
EXECUTE FUNCTION audit_refuse('audit entries are never removed');
CREATE TRIGGER audit_head_is_never_removed BEFORE DELETE OR INSERT ON audit_head FOR EACH ROW
EXECUTE FUNCTION audit_refuse('the audit log only grows');

CREATE TRIGGER audit_intents_are_never_emptied BEFORE TRUNCATE ON audit_intents
EXECUTE FUNCTION audit_refuse('audit entries are never removed');
CREATE TRIGGER audit_completions_are_never_emptied BEFORE TRUNCATE ON audit_completions
EXECUTE FUNCTION audit_refuse('audit entries are never removed');
CREATE TRIGGER audit_resolutions_are_never_emptied BEFORE TRUNCATE ON audit_resolutions
EXECUTE FUNCTION audit_refuse('audit entries are never removed');
CREATE TRIGGER audit_leaves_are_never_emptied BEFORE TRUNCATE ON audit_leaves
EXECUTE FUNCTION audit_refuse('audit entries are never removed');
CREATE TRIGGER audit_subtrees_are_never_emptied BEFORE TRUNCATE ON audit_subtrees
EXECUTE FUNCTION audit_refuse('audit entries are never removed');
CREATE TRIGGER audit_head_is_never_emptied BEFORE TRUNCATE ON audit_head
EXECUTE FUNCTION audit_refuse('the audit log only grows');

CREATE TRIGGER audit_intents_have_their_leaves BEFORE INSERT ON audit_intents FOR EACH ROW
EXECUTE FUNCTION audit_record_has_its_leaf('intent');
CREATE TRIGGER audit_completions_have_their_leaves BEFORE INSERT ON audit_completions FOR EACH ROW
EXECUTE FUNCTION audit_record_has_its_leaf('completion');
CREATE TRIGGER audit_resolutions_have_their_leaves BEFORE INSERT ON audit_resolutions FOR EACH ROW
EXECUTE FUNCTION audit_record_has_its_leaf('resolution');

CREATE FUNCTION audit_outcome_is_unknown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = NEW.intent_id AND outcome <> 'unknown') THEN
        RAISE EXCEPTION 'the outcome of this audit entry is known';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_resolutions_are_of_unknown_outcomes BEFORE INSERT ON audit_resolutions FOR EACH ROW
EXECUTE FUNCTION audit_outcome_is_unknown();

-- What may become of a leaf is that the salt of its actor is gone.
CREATE TRIGGER audit_leaves_are_never_changed BEFORE UPDATE ON audit_leaves FOR EACH ROW
WHEN (NOT (NEW.sequence = OLD.sequence AND NEW.record = OLD.record AND NEW.entry_id = OLD.entry_id
    AND NEW.envelope = OLD.envelope AND NEW.salts = decode(repeat('00', 32), 'hex') || substring(OLD.salts FROM 33)))
EXECUTE FUNCTION audit_refuse('audit entries are never changed');

CREATE FUNCTION audit_leaf_is_pruned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sequence >= (SELECT pruned FROM audit_head) THEN
        RAISE EXCEPTION 'audit entries are never removed';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER audit_leaves_are_never_removed BEFORE DELETE ON audit_leaves FOR EACH ROW
EXECUTE FUNCTION audit_leaf_is_pruned();

-- A leaf is added at the end, also where those at the beginning are gone.
CREATE FUNCTION audit_leaf_stands_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence < (SELECT size FROM audit_head) THEN
        RAISE EXCEPTION 'the audit log has grown meanwhile';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_leaves_stand_at_the_end BEFORE INSERT ON audit_leaves FOR EACH ROW
EXECUTE FUNCTION audit_leaf_stands_at_the_end();

-- At the end of the transaction, when the head has grown with it.
CREATE FUNCTION audit_leaf_is_in_the_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence >= (SELECT size FROM audit_head) THEN
        RAISE EXCEPTION 'the audit log has a leaf that is not in its tree';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_leaves_are_in_the_tree AFTER INSERT ON audit_leaves DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
EXECUTE FUNCTION audit_leaf_is_in_the_tree();

-- The head grows by the leaves that were added, or more is pruned of what it has; never both.
CREATE FUNCTION audit_head_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> 1 OR NEW.last_entry < OLD.last_entry THEN
        RAISE EXCEPTION 'the audit log only grows';
    END IF;
    IF NEW.size > OLD.size AND NEW.pruned = OLD.pruned THEN
        IF (SELECT count(*) FROM audit_leaves WHERE sequence >= OLD.size AND sequence < NEW.size) <> NEW.size - OLD.size THEN
            RAISE EXCEPTION 'the audit log grows by its leaves';
        END IF;
        RETURN NEW;
    END IF;
    -- The empty tree is signed once.
    IF NEW.size = 0 AND OLD.checkpoint = '' AND NEW.frontier = '' AND NEW.pruned = 0 THEN
        RETURN NEW;
    END IF;
    IF NEW.size = OLD.size AND NEW.pruned > OLD.pruned AND NEW.frontier = OLD.frontier AND NEW.checkpoint = OLD.checkpoint THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log only grows';
END $$;
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_only_grows();

-- What is pruned goes with the same statement.
CREATE FUNCTION audit_prune() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM audit_open_observations WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'intent');
    DELETE FROM audit_unknown_outcomes WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'intent');
    DELETE FROM audit_search WHERE entry_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'intent');
    DELETE FROM audit_intents WHERE id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'intent');
    DELETE FROM audit_completions WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'completion');
    DELETE FROM audit_resolutions WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'resolution');
    DELETE FROM audit_leaves WHERE sequence >= OLD.pruned AND sequence < NEW.pruned;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_leaves_are_pruned AFTER UPDATE OF pruned ON audit_head FOR EACH ROW WHEN (NEW.pruned > OLD.pruned)
EXECUTE FUNCTION audit_prune();
