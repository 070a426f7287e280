-- What is said around reports — steps of slips with their words and files, the paper itself, questions, opinions of co-leads — as part of the chain: the event of
-- the task carries the digest, and verify_driving() holds the rows against it.

CREATE FUNCTION slip_event_digest(s slip_event) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT sha256_hex(canonical(s.id::text, s.slip_id::text, s.step::text, s.actor_id::text, s.actor_words, s.unit_id::text, s.text,
           CASE WHEN cardinality(s.evidence_ids) > 0 THEN evidence_digest(s.evidence_ids) END, day_text(s.effective_on), instant_text(s.recorded_at), s.payload::text))
$$;
-- What an issued paper prints; the day of reply in force stands in its steps.
CREATE FUNCTION slip_paper_digest(s slip) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT sha256_hex(canonical(s.id::text, s.region_id::text, s.owner_unit_id::text, s.plan_id::text, s.unit_id::text, s.unit_words, s.tier::text, s.tier_words, s.title,
           s.body, s.issuer, s.copy_to, s.contact, s.reply_working_days::text, s.document_code, s.number_year::text, s.number::text, day_text(s.issued_on),
           s.drafted_by_id::text, s.checked_by_id::text, s.issued_by_id::text, s.snapshot::text))
$$;

-- Beside verify_history(): rows that no longer say what the chain says they said.
CREATE FUNCTION verify_driving() RETURNS TABLE (problem text, task_id int, event_id bigint, detail text) LANGUAGE sql STABLE AS $$
  SELECT 'slip_step_changed', e.task_id, e.id, e.type::text FROM task_event e
   WHERE e.payload ? 'stepSha256'
     AND (SELECT slip_event_digest(s) FROM slip_event s WHERE s.id = (e.payload ->> 'stepId')::int) IS DISTINCT FROM e.payload ->> 'stepSha256'
  UNION ALL
  SELECT 'slip_paper_changed', e.task_id, e.id, e.payload ->> 'number' FROM task_event e
   WHERE e.payload ? 'paperSha256'
     AND (SELECT slip_paper_digest(s) FROM slip s WHERE s.id = (e.payload ->> 'slipId')::int) IS DISTINCT FROM e.payload ->> 'paperSha256'
  UNION ALL
  SELECT 'message_changed', e.task_id, e.id, e.payload ->> 'messageId' FROM task_event e
   WHERE e.type = 'REVIEW_MESSAGE' AND e.payload ? 'sha256'
     AND (SELECT sha256_hex(m.text) FROM review_message m WHERE m.id = (e.payload ->> 'messageId')::int AND m.task_id = e.task_id) IS DISTINCT FROM e.payload ->> 'sha256'
  UNION ALL
  SELECT 'opinion_changed', e.task_id, e.id, e.type::text FROM task_event e
   WHERE e.type IN ('COLEAD_AGREED', 'COLEAD_OBJECTED') AND e.payload ? 'form'
     AND NOT EXISTS (SELECT FROM colead_opinion o WHERE o.report_id = e.report_id AND o.report_version = e.report_version AND o.unit_id = e.unit_id
                        AND o.agrees = (e.type = 'COLEAD_AGREED') AND o.words = e.payload ->> 'reason')
$$;

-- What was written of these stays as it was written: the application changes what became of it.
REVOKE UPDATE ON unit_paper, objection, task_handler, task_cycle_rule FROM ledger_app;
GRANT UPDATE (status, held_by_id, decided_by_id, decided_on, decision_note, report_id, extension_id, version) ON unit_paper TO ledger_app;
GRANT UPDATE (status, decided_by_id, decided_on, decision_note, version) ON objection TO ledger_app;
GRANT UPDATE (valid_to) ON task_handler, task_cycle_rule TO ledger_app;
