-- Evidence: what names it, what of it may change, and its part in the digest of the report that names it.

ALTER TABLE evidence ADD CONSTRAINT evidence_of_one CHECK (num_nonnulls(task_id, slip_id) = 1);

CREATE INDEX evidence_link ON evidence (md5(url)) WHERE kind = 'LINK';

-- A report version or a step of a slip names it.
CREATE FUNCTION evidence_is_submitted(p_id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM report_version v WHERE v.evidence_ids @> ARRAY[p_id]) OR EXISTS (SELECT FROM slip_event s WHERE s.evidence_ids @> ARRAY[p_id])
$$;
-- It is submitted, or a paper that waits for the unit's head goes with it.
CREATE FUNCTION evidence_is_named(p_id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT evidence_is_submitted(p_id)
      OR EXISTS (SELECT FROM evidence e JOIN unit_paper p ON p.task_id = e.task_id WHERE e.id = p_id AND p.status = 'WAITING' AND p.input->'evidenceIds' ? p_id::text)
$$;

-- What is uploaded never changes. Until something names it, its unit may describe it better or take it back.
CREATE FUNCTION keep_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.kind, NEW.media_type, NEW.sha256, NEW.bytes, NEW.url, NEW.task_id, NEW.slip_id, NEW.unit_id, NEW.uploaded_by_id, NEW.uploaded_on, NEW.uploaded_at)
     IS DISTINCT FROM (OLD.id, OLD.kind, OLD.media_type, OLD.sha256, OLD.bytes, OLD.url, OLD.task_id, OLD.slip_id, OLD.unit_id, OLD.uploaded_by_id, OLD.uploaded_on, OLD.uploaded_at)
     OR OLD.discarded_at IS NOT NULL OR evidence_is_named(OLD.id) THEN
    RAISE EXCEPTION 'evidence that is uploaded, named or taken back does not change' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER evidence_keeps BEFORE UPDATE ON evidence FOR EACH ROW EXECUTE FUNCTION keep_evidence();
CREATE TRIGGER evidence_append_only BEFORE DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_no_truncate BEFORE TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Everything a piece says, in the order named; a piece that is gone counts as nothing and so breaks the digest.
CREATE FUNCTION evidence_digest(p_ids uuid[]) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT sha256_hex(canonical(VARIADIC array_agg(canonical(w.id::text, e.kind::text, e.sha256, e.title, e.url, e.bytes::text, e.media_type, e.doc_number, e.issuer,
           day_text(e.signed_on), e.task_id::text, e.slip_id::text, e.unit_id::text, e.uploaded_by_id::text, day_text(e.uploaded_on)) ORDER BY w.n)))
    FROM unnest(p_ids) WITH ORDINALITY AS w(id, n) LEFT JOIN evidence e ON e.id = w.id
$$;
-- A version without evidence keeps the digest it always had.
CREATE OR REPLACE FUNCTION report_version_digest(v report_version) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN cardinality(v.evidence_ids) = 0 THEN
    sha256_hex(canonical(v.id::text, v.idempotency_key, v.report_id::text, v.version::text, v.percent::text, v.narrative, v.problems, v.needs, v.next_steps,
                         v.author_id::text, v.signed_by_id::text, instant_text(v.submitted_at), day_text(v.effective_on)))
  ELSE
    sha256_hex(canonical(v.id::text, v.idempotency_key, v.report_id::text, v.version::text, v.percent::text, v.narrative, v.problems, v.needs, v.next_steps,
                         v.author_id::text, v.signed_by_id::text, instant_text(v.submitted_at), day_text(v.effective_on), evidence_digest(v.evidence_ids)))
  END
$$;

-- What a report or a reply names is there, is its own, and cannot be taken back at the same moment.
CREATE FUNCTION check_named_evidence(p_ids uuid[], p_task int, p_slip int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE found int;
BEGIN
  SELECT count(*) INTO found FROM (
    SELECT FROM evidence e WHERE e.id = ANY(p_ids) AND e.discarded_at IS NULL AND e.task_id IS NOT DISTINCT FROM p_task AND e.slip_id IS NOT DISTINCT FROM p_slip
     ORDER BY e.id FOR SHARE) held;
  IF found <> cardinality(p_ids) THEN
    RAISE EXCEPTION 'evidence that is missing, taken back, named twice or of something else' USING ERRCODE = 'check_violation';
  END IF;
END $$;
CREATE FUNCTION check_report_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_named_evidence(NEW.evidence_ids, (SELECT r.task_id FROM progress_report r WHERE r.id = NEW.report_id), NULL);
  RETURN NEW;
END $$;
CREATE FUNCTION check_slip_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_named_evidence(NEW.evidence_ids, NULL, NEW.slip_id);
  RETURN NEW;
END $$;
-- Sorts before report_version_digest, which reads the pieces.
CREATE TRIGGER report_version_checks_evidence BEFORE INSERT ON report_version FOR EACH ROW WHEN (cardinality(NEW.evidence_ids) > 0) EXECUTE FUNCTION check_report_evidence();
CREATE TRIGGER slip_event_checks_evidence BEFORE INSERT ON slip_event FOR EACH ROW WHEN (cardinality(NEW.evidence_ids) > 0) EXECUTE FUNCTION check_slip_evidence();
