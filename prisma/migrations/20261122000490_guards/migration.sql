-- From what day a plan is carried out and on what day it was set going stand once it is: standing, sign-for and what was entered of before are reckoned from them.
CREATE FUNCTION plan_start_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.effective_from IS DISTINCT FROM OLD.effective_from OR (OLD.activated_on IS NOT NULL AND NEW.activated_on IS DISTINCT FROM OLD.activated_on) THEN
    RAISE EXCEPTION 'the start of a plan in force does not change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_start_stands BEFORE UPDATE ON plan FOR EACH ROW WHEN (OLD.status IN ('ACTIVE', 'ARCHIVED')) EXECUTE FUNCTION plan_start_stands();

-- A 机关代字 belongs to one issuing office: two of them that number their first slip under the same one at the same moment come one after the other.
-- Held until the transaction ends; whoever asks afterwards sees whose it has become.
CREATE FUNCTION hold_document_code(code text) RETURNS void LANGUAGE sql AS $$ SELECT pg_advisory_xact_lock(hashtextextended('document code ' || code, 0)) $$;

-- The working calendar, held for the rest of the transaction: whoever corrects it waits for cycles that are being made by it, and they for the correction.
CREATE FUNCTION hold_calendar(to_correct boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF to_correct THEN PERFORM pg_advisory_xact_lock(7410, 0); ELSE PERFORM pg_advisory_xact_lock_shared(7410, 0); END IF;
END $$;
