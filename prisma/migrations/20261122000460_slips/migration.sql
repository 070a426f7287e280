-- What a slip's paper says beside its words: who issues it, who gets a copy, whom to ask, why another tier than the proposed one; and the unit's name as printed.
ALTER TABLE slip
  ADD COLUMN issuer text NOT NULL DEFAULT '',
  ADD COLUMN copy_to text NOT NULL DEFAULT '',
  ADD COLUMN contact text NOT NULL DEFAULT '',
  ADD COLUMN tier_reason text NOT NULL DEFAULT '',
  ADD COLUMN unit_words text NOT NULL DEFAULT '';

-- What an issued paper prints never changes, whoever asks.
CREATE FUNCTION slip_paper_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.number IS NOT NULL AND
     (OLD.region_id, OLD.owner_unit_id, OLD.plan_id, OLD.unit_id, OLD.tier, OLD.tier_words, OLD.title, OLD.body, OLD.reply_working_days, OLD.document_code,
      OLD.number_year, OLD.number, OLD.drafted_by_id, OLD.checked_by_id, OLD.issued_by_id, OLD.issued_on, OLD.snapshot, OLD.issuer, OLD.copy_to, OLD.contact, OLD.unit_words)
     IS DISTINCT FROM
     (NEW.region_id, NEW.owner_unit_id, NEW.plan_id, NEW.unit_id, NEW.tier, NEW.tier_words, NEW.title, NEW.body, NEW.reply_working_days, NEW.document_code,
      NEW.number_year, NEW.number, NEW.drafted_by_id, NEW.checked_by_id, NEW.issued_by_id, NEW.issued_on, NEW.snapshot, NEW.issuer, NEW.copy_to, NEW.contact, NEW.unit_words)
  THEN
    RAISE EXCEPTION 'an issued slip does not change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER slip_paper_stands BEFORE UPDATE ON slip FOR EACH ROW EXECUTE FUNCTION slip_paper_stands();

CREATE FUNCTION slip_tasks_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM slip s WHERE s.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.slip_id ELSE NEW.slip_id END AND s.number IS NOT NULL) THEN
    RAISE EXCEPTION 'the tasks of an issued slip do not change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER slip_tasks_stand BEFORE INSERT OR UPDATE OR DELETE ON slip_task FOR EACH ROW EXECUTE FUNCTION slip_tasks_stand();

-- A step sent twice is taken once.
CREATE UNIQUE INDEX slip_event_form_once ON slip_event (slip_id, (payload ->> 'form')) WHERE payload ? 'form';
CREATE INDEX slip_code ON slip (document_code) WHERE document_code IS NOT NULL;
-- The navigation counts what waits; what is over is by far the most.
CREATE INDEX slip_waiting ON slip (plan_id, status) WHERE status IN ('DRAFT', 'CHECKED', 'ISSUED', 'SIGNED_FOR', 'REPLIED');
CREATE INDEX notice_slip ON notice (slip_id) WHERE slip_id IS NOT NULL;
