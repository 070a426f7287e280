-- Going live: the proposal read from a workbook that an office has kept until now waits for a person, and what a correction says of 长期推进 is
-- shown from its own day on.

CREATE TABLE "backfill_draft" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "uploaded_by_id" INTEGER NOT NULL,
    "uploaded_on" DATE NOT NULL,
    "uploaded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "file_name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "reading" JSONB NOT NULL,
    "closed_on" DATE,
    CONSTRAINT "backfill_draft_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "backfill_draft_plan_id_idx" ON "backfill_draft"("plan_id");
CREATE UNIQUE INDEX backfill_draft_one_open ON backfill_draft (plan_id, uploaded_by_id) WHERE closed_on IS NULL;
ALTER TABLE "backfill_draft" ADD CONSTRAINT "backfill_draft_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "backfill_draft_uploaded_by_id_fkey" FOREIGN KEY ("uploaded_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
GRANT SELECT, INSERT, UPDATE ON backfill_draft TO ledger_app;
GRANT USAGE, SELECT ON SEQUENCE backfill_draft_id_seq TO ledger_app;

-- What a task said of itself on a day before 长期推进 was corrected: each such correction turns it round. The index holds those few events alone.
CREATE INDEX task_event_ongoing_corrected ON task_event (task_id, sequence) WHERE type = 'DEADLINE_CORRECTED' AND payload ? 'ongoing';
CREATE OR REPLACE FUNCTION task_as_of(p_day date) RETURNS SETOF task LANGUAGE sql STABLE AS $$
  SELECT t.id, t.plan_id, t.region_id, CASE WHEN w.id IS NULL THEN t.seq ELSE w.seq END, t.sort_order, CASE WHEN w.id IS NULL THEN t.area_id ELSE w.area_id END,
         CASE WHEN w.id IS NULL THEN t.measure_id ELSE w.measure_id END, CASE WHEN w.id IS NULL THEN t.work_group_id ELSE w.work_group_id END,
         CASE WHEN w.id IS NULL THEN t.text ELSE w.text END, CASE WHEN w.id IS NULL THEN t.lead_raw ELSE w.lead_raw END,
         CASE WHEN w.id IS NULL THEN t.responsible_raw ELSE w.responsible_raw END, CASE WHEN w.id IS NULL THEN t.deadline_raw ELSE w.deadline_raw END,
         CASE WHEN w.id IS NULL THEN t.lead_text ELSE w.lead_text END, CASE WHEN w.id IS NULL THEN t.responsible_text ELSE w.responsible_text END,
         CASE WHEN w.id IS NULL THEN t.deadline_text ELSE w.deadline_text END, t.original_due_on, t.due_on,
         coalesce((SELECT NOT (e.payload ->> 'ongoing')::boolean FROM task_event e
                    WHERE e.task_id = t.id AND e.type = 'DEADLINE_CORRECTED' AND e.payload ? 'ongoing' AND e.effective_on > p_day ORDER BY e.sequence LIMIT 1),
                  CASE WHEN w.id IS NULL THEN t.ongoing ELSE w.ongoing END),
         CASE WHEN w.id IS NULL THEN t.starts_at_once ELSE w.starts_at_once END,
         CASE WHEN w.id IS NULL THEN t.deadline_note ELSE w.deadline_note END, CASE WHEN w.id IS NULL THEN t.recurrence ELSE w.recurrence END,
         CASE WHEN w.id IS NULL THEN t.parts ELSE w.parts END, CASE WHEN w.id IS NULL THEN t.inherited ELSE w.inherited END,
         CASE WHEN w.id IS NULL THEN t.extra ELSE w.extra END, t.has_own_cycles, t.state, t.state_before, t.achieved_on, t.version
    FROM task t LEFT JOIN LATERAL (SELECT * FROM task_wording x WHERE x.task_id = t.id AND x.valid_to > p_day ORDER BY x.valid_to, x.id LIMIT 1) w ON true
$$;
