-- Revised lists: what a revision changed, the words that stood before it, and tasks that it put on the list or took off.

ALTER TYPE "event_type" ADD VALUE 'TASK_REVISED';

-- ---------------------------------------------------------------- drafts of revised lists

-- What was decided about a task that the revised list no longer has.
CREATE TABLE "import_dropped_task" (
    "id" SERIAL NOT NULL,
    "draft_id" INTEGER NOT NULL,
    "task_id" INTEGER NOT NULL,
    "decision" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "import_dropped_task_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "import_dropped_task_draft_id_task_id_key" ON "import_dropped_task"("draft_id", "task_id");
CREATE INDEX "import_dropped_task_task_id_idx" ON "import_dropped_task"("task_id");
ALTER TABLE "import_dropped_task" ADD CONSTRAINT "import_dropped_task_draft_id_fkey" FOREIGN KEY ("draft_id") REFERENCES "import_draft"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "import_dropped_task" ADD CONSTRAINT "import_dropped_task_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE import_dropped_task ADD CONSTRAINT import_dropped_task_decision CHECK (decision IN ('cancel', 'keep'));
ALTER TABLE import_row ADD CONSTRAINT import_row_decision CHECK (decision IN ('take', 'keep', 'separate', 'leave'));
GRANT SELECT, INSERT, UPDATE ON import_dropped_task TO ledger_app;
GRANT USAGE, SELECT ON SEQUENCE import_dropped_task_id_seq TO ledger_app;

-- A committed draft has made a plan or has revised one.
ALTER TABLE import_draft DROP CONSTRAINT import_draft_committed,
  ADD CONSTRAINT import_draft_committed CHECK (CASE WHEN base_plan_id IS NULL THEN (status IN ('COMMITTED', 'WITHDRAWN')) = (plan_id IS NOT NULL)
                                                    ELSE plan_id IS NULL AND status <> 'WITHDRAWN' END);

-- ---------------------------------------------------------------- the words before a revision

-- The words of a task until a revised list replaced them; valid_to: the first day of the words that came after.
CREATE TABLE "task_wording" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "valid_to" DATE NOT NULL,
    "document_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "area_id" INTEGER,
    "measure_id" INTEGER,
    "work_group_id" INTEGER,
    "text" TEXT NOT NULL,
    "lead_raw" TEXT,
    "responsible_raw" TEXT,
    "deadline_raw" TEXT,
    "lead_text" TEXT NOT NULL,
    "responsible_text" TEXT NOT NULL,
    "deadline_text" TEXT NOT NULL,
    "ongoing" BOOLEAN NOT NULL,
    "starts_at_once" BOOLEAN NOT NULL,
    "deadline_note" TEXT,
    "recurrence" JSONB,
    "parts" JSONB,
    "inherited" TEXT[],
    "extra" JSONB,

    CONSTRAINT "task_wording_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "task_wording_task_id_valid_to_idx" ON "task_wording"("task_id", "valid_to");
CREATE INDEX "task_wording_valid_to_idx" ON "task_wording"("valid_to");
ALTER TABLE "task_wording" ADD CONSTRAINT "task_wording_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "task_wording" ADD CONSTRAINT "task_wording_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "source_document"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE TRIGGER task_wording_append_only BEFORE UPDATE OR DELETE ON task_wording FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER task_wording_no_truncate BEFORE TRUNCATE ON task_wording FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON task_wording TO ledger_app;

-- What is printed changes only with a document of the plan that prints it otherwise (the setting ledger.revising_document), and then what it said before is kept.
-- The first deadline never moves. Runs as the owner, so that the words before can be written here and nowhere else.
CREATE OR REPLACE FUNCTION keep_printed_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE document source_document;
BEGIN
  IF NEW.original_due_on IS DISTINCT FROM OLD.original_due_on THEN
    RAISE EXCEPTION 'the printed words and the first deadline of a task do not change' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO document FROM source_document
   WHERE id = nullif(current_setting('ledger.revising_document', true), '')::int AND plan_id = OLD.plan_id;
  IF document.id IS NULL THEN
    IF NEW.text <> OLD.text OR NEW.seq <> OLD.seq OR NEW.lead_raw IS DISTINCT FROM OLD.lead_raw
       OR NEW.responsible_raw IS DISTINCT FROM OLD.responsible_raw OR NEW.deadline_raw IS DISTINCT FROM OLD.deadline_raw THEN
      RAISE EXCEPTION 'the printed words and the first deadline of a task do not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.seq, OLD.area_id, OLD.measure_id, OLD.work_group_id, OLD.text, OLD.lead_raw, OLD.responsible_raw, OLD.deadline_raw, OLD.lead_text, OLD.responsible_text,
      OLD.deadline_text, OLD.ongoing, OLD.starts_at_once, OLD.deadline_note, OLD.recurrence, OLD.parts, OLD.inherited, OLD.extra)
     IS DISTINCT FROM
     (NEW.seq, NEW.area_id, NEW.measure_id, NEW.work_group_id, NEW.text, NEW.lead_raw, NEW.responsible_raw, NEW.deadline_raw, NEW.lead_text, NEW.responsible_text,
      NEW.deadline_text, NEW.ongoing, NEW.starts_at_once, NEW.deadline_note, NEW.recurrence, NEW.parts, NEW.inherited, NEW.extra) THEN
    INSERT INTO task_wording (task_id, valid_to, document_id, seq, area_id, measure_id, work_group_id, text, lead_raw, responsible_raw, deadline_raw, lead_text,
                              responsible_text, deadline_text, ongoing, starts_at_once, deadline_note, recurrence, parts, inherited, extra)
    -- words of a draft have never been in force on any day
    VALUES (OLD.id, CASE WHEN (SELECT status FROM plan WHERE id = OLD.plan_id) = 'DRAFT' THEN DATE '1900-01-01' ELSE ledger_today() END, document.id, OLD.seq, OLD.area_id,
            OLD.measure_id, OLD.work_group_id, OLD.text, OLD.lead_raw, OLD.responsible_raw, OLD.deadline_raw, OLD.lead_text, OLD.responsible_text, OLD.deadline_text,
            OLD.ongoing, OLD.starts_at_once, OLD.deadline_note, OLD.recurrence, OLD.parts, OLD.inherited, OLD.extra);
  END IF;
  RETURN NEW;
END $$;

-- The tasks with the words and the place they had on a day. Whether a task stood at all that day is for standing_as_of to say.
CREATE FUNCTION task_as_of(p_day date) RETURNS SETOF task LANGUAGE sql STABLE AS $$
  SELECT t.id, t.plan_id, t.region_id, CASE WHEN w.id IS NULL THEN t.seq ELSE w.seq END, t.sort_order, CASE WHEN w.id IS NULL THEN t.area_id ELSE w.area_id END,
         CASE WHEN w.id IS NULL THEN t.measure_id ELSE w.measure_id END, CASE WHEN w.id IS NULL THEN t.work_group_id ELSE w.work_group_id END,
         CASE WHEN w.id IS NULL THEN t.text ELSE w.text END, CASE WHEN w.id IS NULL THEN t.lead_raw ELSE w.lead_raw END,
         CASE WHEN w.id IS NULL THEN t.responsible_raw ELSE w.responsible_raw END, CASE WHEN w.id IS NULL THEN t.deadline_raw ELSE w.deadline_raw END,
         CASE WHEN w.id IS NULL THEN t.lead_text ELSE w.lead_text END, CASE WHEN w.id IS NULL THEN t.responsible_text ELSE w.responsible_text END,
         CASE WHEN w.id IS NULL THEN t.deadline_text ELSE w.deadline_text END, t.original_due_on, t.due_on,
         CASE WHEN w.id IS NULL THEN t.ongoing ELSE w.ongoing END, CASE WHEN w.id IS NULL THEN t.starts_at_once ELSE w.starts_at_once END,
         CASE WHEN w.id IS NULL THEN t.deadline_note ELSE w.deadline_note END, CASE WHEN w.id IS NULL THEN t.recurrence ELSE w.recurrence END,
         CASE WHEN w.id IS NULL THEN t.parts ELSE w.parts END, CASE WHEN w.id IS NULL THEN t.inherited ELSE w.inherited END,
         CASE WHEN w.id IS NULL THEN t.extra ELSE w.extra END, t.has_own_cycles, t.state, t.state_before, t.achieved_on, t.version
    FROM task t LEFT JOIN LATERAL (SELECT * FROM task_wording x WHERE x.task_id = t.id AND x.valid_to > p_day ORDER BY x.valid_to, x.id LIMIT 1) w ON true
$$;

-- Units of a task whose plan has not begun, or that came only today, have been nobody's on any day: a revised list replaces them.
CREATE FUNCTION keep_past_units() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.valid_from < ledger_today() AND (SELECT p.status FROM task t JOIN plan p ON p.id = t.plan_id WHERE t.id = OLD.task_id) <> 'DRAFT' THEN
    RAISE EXCEPTION 'the units of past days do not change' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER task_unit_keeps_past BEFORE DELETE ON task_unit FOR EACH ROW EXECUTE FUNCTION keep_past_units();
GRANT DELETE ON task_unit TO ledger_app;

-- ---------------------------------------------------------------- standing

-- As before, and besides: a task that a revised list put on (TASK_CREATED with listedBy) stands from that day on and owes nothing for the days before;
-- a date corrected before the plan began (isBeforeStart) is the date the task was issued with; a draft shows what its revised list says.
CREATE OR REPLACE FUNCTION compute_standing(p_task int) RETURNS SETOF task_standing LANGUAGE plpgsql STABLE AS $$
DECLARE
  never   CONSTANT date := '9999-12-31';
  t task; p plan; e record; r task_standing; last task_standing;
  -- facts folded from the events so far
  state task_state := 'NOT_STARTED'; before_review task_state := 'NOT_STARTED'; before_cancel task_state := 'NOT_STARTED';
  due date; achieved date; submitted date; held_until date; extensions int := 0; late_extension boolean := false; issue_decided boolean := false;
  is_ongoing boolean;
  -- cycles of the task, oldest first, and the reports of leads in them
  c_id int[]; c_close date[]; c_grace date[]; n_cycles int;
  rep_ids int[] := '{}'; rep_cycle int[] := '{}'; rep_since date[] := '{}'; rep_live boolean[] := '{}'; k int;
  -- state at the end of each day with an event
  s_day date[] := '{}'; s_state task_state[] := '{}';
  days date[]; i int; d date; seg_from date; seg_to date; clock date;
  points date[]; pt date; m int; missed int; missed_since date; late_catch_up boolean; looked boolean; found date; st task_state; red_days int := 0;
  past_issue boolean;
  -- the day a revised list put the task on, from when on it stands at all; the date it was issued with; the first day it owes a cycle for
  listed date; starts date; issued_due date; owed_from date;
BEGIN
  SELECT * INTO t FROM task WHERE id = p_task;
  SELECT * INTO p FROM plan WHERE id = t.plan_id;
  r.task_id := t.id; r.plan_id := p.id; r.region_id := p.region_id;
  r.due_on := t.original_due_on; r.overdue_days_before := 0; r.missed_cycles := 0; r.is_rated := false;
  due := t.original_due_on; issued_due := t.original_due_on;
  is_ongoing := t.ongoing;
  SELECT (payload ->> 'ongoing')::boolean INTO is_ongoing FROM task_event WHERE task_id = p_task AND type = 'TASK_CREATED' AND payload ? 'ongoing';
  is_ongoing := coalesce(is_ongoing, t.ongoing);

  IF p.effective_from IS NULL OR p.status NOT IN ('ACTIVE', 'ARCHIVED') THEN
    r.valid_from := '1900-01-01'; r.valid_to := never; r.state := 'NOT_STARTED'; r.light := 'NONE'; r.reason := 'PLAN_NOT_ACTIVE';
    -- a revised list may have changed the draft
    FOR e IN SELECT * FROM task_event ev WHERE ev.task_id = p_task ORDER BY ev.sequence LOOP
      CASE e.type
        WHEN 'TASK_CANCELLED' THEN r.state := 'CANCELLED'; r.reason := 'CANCELLED';
        WHEN 'TASK_RESTORED' THEN r.state := 'NOT_STARTED'; r.reason := 'PLAN_NOT_ACTIVE';
        WHEN 'DEADLINE_CORRECTED' THEN IF e.payload ? 'to' THEN r.due_on := (e.payload ->> 'to')::date; END IF;
        ELSE NULL;
      END CASE;
    END LOOP;
    RETURN NEXT r;
    RETURN;
  END IF;

  SELECT coalesce(array_agg(c.id ORDER BY c.closes_on), '{}'), coalesce(array_agg(c.closes_on ORDER BY c.closes_on), '{}'), coalesce(array_agg(c.grace_ends_on ORDER BY c.closes_on), '{}')
    INTO c_id, c_close, c_grace
    FROM cycle c WHERE c.plan_id = p.id AND (CASE WHEN t.has_own_cycles THEN c.task_id = t.id ELSE c.task_id IS NULL END);
  n_cycles := cardinality(c_id);

  SELECT effective_on INTO listed FROM task_event WHERE task_id = p_task AND type = 'TASK_CREATED' AND payload ? 'listedBy';
  starts := greatest(p.effective_from, listed);
  -- as with a plan's first cycle: none that closes within 15 days of the start
  owed_from := CASE WHEN listed > p.effective_from THEN listed + 15 ELSE p.effective_from END;
  IF starts = p.effective_from THEN
    r.valid_from := '1900-01-01'; r.valid_to := starts; r.state := 'NOT_STARTED'; r.light := 'NONE'; r.reason := 'PLAN_NOT_ACTIVE';
    last := r;
  END IF;

  -- the days on which facts change
  SELECT array_agg(DISTINCT x ORDER BY x) INTO days
    FROM (SELECT starts AS x UNION SELECT greatest(effective_on, starts) FROM task_event WHERE task_id = p_task
          UNION SELECT p.archived_on WHERE p.archived_on IS NOT NULL) q;

  FOR i IN 1 .. cardinality(days) LOOP
    d := days[i];
    FOR e IN SELECT * FROM task_event ev WHERE ev.task_id = p_task AND greatest(ev.effective_on, starts) = d ORDER BY ev.sequence LOOP
      CASE e.type
        WHEN 'REPORT_SUBMITTED' THEN
          IF e.is_by_lead THEN
            k := array_position(rep_ids, e.report_id);
            IF k IS NULL THEN
              rep_ids := rep_ids || e.report_id; rep_cycle := rep_cycle || coalesce(e.cycle_id, -1); rep_since := rep_since || e.effective_on; rep_live := rep_live || true;
            ELSIF NOT rep_live[k] THEN
              rep_live[k] := true; rep_since[k] := e.effective_on;
            END IF;
            IF e.report_kind = 'RESULT' THEN
              IF state IN ('NOT_STARTED', 'IN_PROGRESS') THEN
                before_review := state; state := 'UNDER_REVIEW'; submitted := e.effective_on; held_until := NULL;
              END IF;
            ELSIF state = 'NOT_STARTED' THEN
              state := 'IN_PROGRESS';
            END IF;
          END IF;
        WHEN 'REPORT_WITHDRAWN' THEN
          k := array_position(rep_ids, e.report_id);
          IF k IS NOT NULL THEN rep_live[k] := false; END IF;
          IF e.report_kind = 'RESULT' AND state = 'UNDER_REVIEW' THEN state := before_review; submitted := NULL; END IF;
        WHEN 'REPORT_RETURNED' THEN
          k := array_position(rep_ids, e.report_id);
          IF k IS NOT NULL THEN rep_live[k] := false; END IF;
          IF e.report_kind = 'RESULT' AND state = 'UNDER_REVIEW' THEN state := 'IN_PROGRESS'; held_until := e.effective_on; END IF;
        WHEN 'REPORT_ACCEPTED' THEN
          IF e.report_kind = 'RESULT' AND state = 'UNDER_REVIEW' THEN
            state := CASE WHEN is_ongoing THEN 'SUSTAINED' ELSE 'COMPLETED' END; achieved := submitted; submitted := NULL; held_until := NULL;
          END IF;
        WHEN 'TASK_REOPENED' THEN
          IF state IN ('COMPLETED', 'SUSTAINED') THEN state := 'IN_PROGRESS'; achieved := NULL; END IF;
        WHEN 'TASK_CANCELLED' THEN
          IF state <> 'CANCELLED' THEN before_cancel := state; state := 'CANCELLED'; END IF;
        WHEN 'TASK_RESTORED' THEN
          IF state = 'CANCELLED' THEN state := before_cancel; END IF;
        WHEN 'EXTENSION_GRANTED' THEN
          extensions := extensions + 1;
          IF (e.payload ->> 'requestedOn')::date > due THEN late_extension := true; END IF;
          due := (e.payload ->> 'to')::date;
        WHEN 'DEADLINE_CORRECTED' THEN
          IF e.payload ? 'to' THEN
            -- moved to a later day after the old one had passed on the task's own clock: as an extension asked late
            st := CASE WHEN state = 'CANCELLED' THEN before_cancel ELSE state END;
            clock := coalesce(achieved, CASE WHEN st = 'UNDER_REVIEW' OR (st = 'IN_PROGRESS' AND held_until >= e.effective_on) THEN submitted END, e.effective_on);
            IF coalesce((e.payload ->> 'isBeforeStart')::boolean, false) THEN issued_due := (e.payload ->> 'to')::date;
            ELSIF e.effective_on >= p.effective_from AND due < clock AND (e.payload ->> 'to')::date > due THEN late_extension := true; END IF;
            due := (e.payload ->> 'to')::date;
          END IF;
          is_ongoing := coalesce((e.payload ->> 'ongoing')::boolean, is_ongoing);
        WHEN 'ISSUE_LATENESS_DECIDED' THEN
          issue_decided := true;
        WHEN 'BACKFILLED' THEN
          state := coalesce((e.payload ->> 'state')::task_state, state); achieved := (e.payload ->> 'achievedOn')::date;
        ELSE NULL;
      END CASE;
    END LOOP;
    s_day := s_day || d; s_state := s_state || state;

    -- days in [d, next change) on which the light may change by the passing of time alone
    seg_from := d;
    seg_to := coalesce(days[i + 1], never);
    SELECT array_agg(DISTINCT x ORDER BY x) INTO points FROM (
      SELECT seg_from AS x
      UNION SELECT due - p.due_soon_days UNION SELECT due + 1 UNION SELECT held_until + 1
      UNION SELECT g + 1 FROM unnest(c_grace) g
    ) q WHERE x >= seg_from AND x < seg_to;

    FOREACH pt IN ARRAY points LOOP
      -- cycles missed in a row as of pt, latest closed one first
      missed := 0; missed_since := NULL; late_catch_up := false; looked := false;
      FOR m IN REVERSE n_cycles .. 1 LOOP
        CONTINUE WHEN c_grace[m] >= pt OR c_close[m] < owed_from;
        -- owed only where the task was the unit's to report on at closing
        st := 'NOT_STARTED';
        FOR k IN REVERSE cardinality(s_day) .. 1 LOOP
          IF s_day[k] <= c_close[m] THEN st := s_state[k]; EXIT; END IF;
        END LOOP;
        CONTINUE WHEN st NOT IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED');
        found := NULL;
        FOR k IN 1 .. cardinality(rep_ids) LOOP
          IF rep_live[k] AND rep_cycle[k] = c_id[m] AND (found IS NULL OR rep_since[k] < found) THEN found := rep_since[k]; END IF;
        END LOOP;
        IF found IS NOT NULL THEN
          IF NOT looked AND found > c_grace[m] THEN late_catch_up := true; END IF;
          EXIT;
        END IF;
        looked := true; missed := missed + 1; missed_since := c_close[m];
      END LOOP;

      r := NULL;
      r.task_id := t.id; r.plan_id := p.id; r.region_id := p.region_id;
      r.state := state; r.due_on := due; r.achieved_on := achieved;
      r.clock_on := CASE WHEN state = 'UNDER_REVIEW' THEN submitted WHEN held_until >= pt AND state = 'IN_PROGRESS' THEN submitted END;
      clock := coalesce(r.clock_on, pt);
      past_issue := coalesce(issued_due < starts AND due = issued_due, false) AND NOT issue_decided;
      r.missed_cycles := least(missed, 2); r.missed_since_on := missed_since;
      IF state = 'CANCELLED' THEN r.light := 'NONE'; r.reason := 'CANCELLED';
      ELSIF p.archived_on <= pt THEN r.light := 'NONE'; r.reason := 'PLAN_NOT_ACTIVE';
      ELSIF state = 'COMPLETED' THEN r.light := 'BLUE'; r.reason := 'COMPLETED';
      ELSIF state <> 'SUSTAINED' AND due < clock THEN r.light := 'RED'; r.reason := CASE WHEN past_issue THEN 'ISSUED_PAST_DUE' ELSE 'OVERDUE' END;
      ELSIF (state = 'SUSTAINED' OR (due IS NULL AND is_ongoing)) AND missed >= 2 THEN r.light := 'RED'; r.reason := 'REPORTING_LAPSED';
      ELSIF state <> 'SUSTAINED' AND due - clock <= p.due_soon_days THEN r.light := 'YELLOW'; r.reason := 'DUE_SOON';
      ELSIF missed >= 1 OR late_catch_up THEN r.light := 'YELLOW'; r.reason := 'UNREPORTED';
      ELSIF state = 'SUSTAINED' THEN r.light := 'BLUE'; r.reason := 'SUSTAINED';
      ELSIF due IS NULL AND NOT is_ongoing THEN r.light := 'NONE'; r.reason := 'NO_DEADLINE';
      ELSE r.light := 'GREEN'; r.reason := 'ON_COURSE';
      END IF;
      IF state IN ('COMPLETED', 'CANCELLED') OR p.archived_on <= pt THEN r.missed_cycles := 0; r.missed_since_on := NULL; END IF;
      r.outcome := CASE
        WHEN state IN ('COMPLETED', 'SUSTAINED') AND due IS NOT NULL THEN
          CASE WHEN achieved > due OR late_extension THEN 'LATE' WHEN extensions > 0 THEN 'EXTENDED' ELSE 'ON_TIME' END
        WHEN state NOT IN ('COMPLETED', 'SUSTAINED', 'CANCELLED') AND due IS NOT NULL AND p.archived_on <= pt THEN 'NOT_ACHIEVED'
      END::outcome;
      r.is_rated := state <> 'CANCELLED' AND due IS NOT NULL AND NOT past_issue AND (r.outcome IS NOT NULL OR due < clock);

      IF last.valid_from IS NOT NULL AND (last.state, last.light, last.reason, last.due_on, last.clock_on, last.achieved_on, last.outcome, last.missed_cycles, last.missed_since_on, last.is_rated)
         IS NOT DISTINCT FROM (r.state, r.light, r.reason, r.due_on, r.clock_on, r.achieved_on, r.outcome, r.missed_cycles, r.missed_since_on, r.is_rated) THEN
        CONTINUE;
      END IF;
      IF last.reason = 'OVERDUE' THEN red_days := red_days + (pt - last.valid_from); END IF;
      last.valid_to := pt;
      IF last.valid_from < last.valid_to THEN RETURN NEXT last; END IF;
      r.valid_from := pt; r.overdue_days_before := red_days;
      last := r;
    END LOOP;
  END LOOP;
  last.valid_to := never;
  RETURN NEXT last;
END $$;

-- What changes a draft holds from its beginning: no day of it has been shown as in force.
CREATE OR REPLACE FUNCTION standing_after_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF coalesce(current_setting('ledger.defer_standing', true), '') <> 'on' THEN
    PERFORM refresh_standing(NEW.task_id,
      CASE WHEN NEW.sequence = 1 OR (SELECT p.status FROM task t JOIN plan p ON p.id = t.plan_id WHERE t.id = NEW.task_id) NOT IN ('ACTIVE', 'ARCHIVED') THEN DATE '1900-01-01'
           ELSE NEW.effective_on END);
  END IF;
  RETURN NULL;
END $$;
