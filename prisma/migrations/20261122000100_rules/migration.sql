-- What the database itself keeps: the one today, checks, append-only records, the hash chain, and the one definition of standing.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- ---------------------------------------------------------------- today

-- The one place where "today" is read: the simulated day of a demonstration, else the date in Asia/Shanghai.
CREATE FUNCTION ledger_today() RETURNS date LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT value::date FROM setting WHERE key = 'simulated_today'),
                  (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)
$$;

-- ---------------------------------------------------------------- checks

ALTER TABLE plan
  ADD CONSTRAINT plan_active_has_start CHECK (status NOT IN ('ACTIVE', 'ARCHIVED') OR (effective_from IS NOT NULL AND length(trim(effective_basis)) > 0)),
  ADD CONSTRAINT plan_archived_has_day CHECK ((status = 'ARCHIVED') = (archived_on IS NOT NULL)),
  ADD CONSTRAINT plan_archived_after_start CHECK (archived_on IS NULL OR archived_on >= effective_from),
  ADD CONSTRAINT plan_closing_day CHECK (cycle_closing_day BETWEEN 1 AND 31),
  ADD CONSTRAINT plan_grace CHECK (grace_working_days BETWEEN 0 AND 60),
  ADD CONSTRAINT plan_due_soon CHECK (due_soon_days BETWEEN 0 AND 365);
ALTER TABLE task
  ADD CONSTRAINT task_text_present CHECK (length(text) > 0),
  ADD CONSTRAINT task_only_ongoing_is_never_sustained CHECK (state <> 'SUSTAINED' OR due_on IS NOT NULL OR original_due_on IS NOT NULL),
  ADD CONSTRAINT task_achieved CHECK (CASE WHEN achieved_on IS NULL THEN state NOT IN ('COMPLETED', 'SUSTAINED') ELSE state IN ('COMPLETED', 'SUSTAINED', 'CANCELLED') END);
ALTER TABLE task_unit
  ADD CONSTRAINT task_unit_one_reading CHECK (num_nonnulls(unit_id, collective_id) <= 1),
  ADD CONSTRAINT task_unit_days CHECK (valid_from < valid_to);
ALTER TABLE assessment_unit ADD CONSTRAINT assessment_unit_one_reading CHECK (num_nonnulls(unit_id, collective_id) <= 1);
ALTER TABLE collective_member ADD CONSTRAINT collective_member_days CHECK (valid_from < valid_to);
ALTER TABLE cycle ADD CONSTRAINT cycle_days CHECK (starts_on <= closes_on AND closes_on <= grace_ends_on);
ALTER TABLE unit_merge ADD CONSTRAINT unit_merge_two CHECK (from_unit_id <> into_unit_id);
ALTER TABLE report_version
  ADD CONSTRAINT report_version_percent CHECK (percent BETWEEN 0 AND 100),
  ADD CONSTRAINT report_version_narrative CHECK (length(narrative) BETWEEN 1 AND 20000);
ALTER TABLE review ADD CONSTRAINT review_return_has_reason CHECK (decision <> 'RETURNED' OR length(trim(reason)) > 0);
ALTER TABLE extension
  ADD CONSTRAINT extension_forward CHECK (to_due_on > from_due_on),
  ADD CONSTRAINT extension_decided CHECK ((status = 'REQUESTED') = (decided_on IS NULL));
ALTER TABLE source_cell ADD CONSTRAINT source_cell_one_row CHECK (num_nonnulls(task_id, assessment_row_id) = 1);
ALTER TABLE question
  ADD CONSTRAINT question_answered CHECK ((status = 'ANSWERED') = (answered_at IS NOT NULL)),
  ADD CONSTRAINT question_answered_on CHECK ((status = 'ANSWERED') = (answered_on IS NOT NULL));

-- One name per parent in a region; one alias means one unit there.
CREATE UNIQUE INDEX unit_name_key ON unit (region_id, coalesce(parent_id, 0), name);
CREATE UNIQUE INDEX collective_phrase_key ON collective (region_id, coalesce(parent_unit_id, 0), phrase);
-- A PROGRESS is unique per task, unit and cycle; a task has one open RESULT.
CREATE UNIQUE INDEX progress_report_one_per_cycle ON progress_report (task_id, unit_id, cycle_id) WHERE kind = 'PROGRESS' AND status <> 'WITHDRAWN';
CREATE UNIQUE INDEX progress_report_one_open_result ON progress_report (task_id) WHERE kind = 'RESULT' AND status = 'SUBMITTED';
CREATE UNIQUE INDEX extension_one_open ON extension (task_id) WHERE status = 'REQUESTED';
CREATE UNIQUE INDEX cycle_once ON cycle (plan_id, coalesce(task_id, 0), closes_on);
-- The same name in a region's words resolves to one thing.
CREATE INDEX task_text_trgm ON task USING gin (text gin_trgm_ops);
CREATE INDEX task_unit_lead ON task_unit (unit_id, task_id) WHERE role = 'LEAD';

-- ---------------------------------------------------------------- append-only records

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['task_event', 'audit_event', 'report_version', 'review', 'chain_digest', 'source_document', 'source_cell', 'unit_merge', 'sign_in_attempt'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t || '_append_only', t);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t || '_no_truncate', t);
  END LOOP;
END $$;
CREATE TRIGGER task_chain_no_truncate BEFORE TRUNCATE ON task_chain FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What is printed never changes: the first deadline and the printed cells of a task.
CREATE FUNCTION keep_printed_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.original_due_on IS DISTINCT FROM OLD.original_due_on OR NEW.text <> OLD.text OR NEW.seq <> OLD.seq
     OR NEW.lead_raw IS DISTINCT FROM OLD.lead_raw OR NEW.responsible_raw IS DISTINCT FROM OLD.responsible_raw
     OR NEW.deadline_raw IS DISTINCT FROM OLD.deadline_raw THEN
    RAISE EXCEPTION 'the printed words and the first deadline of a task do not change' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER task_keeps_printed_words BEFORE UPDATE ON task FOR EACH ROW EXECUTE FUNCTION keep_printed_words();

-- ---------------------------------------------------------------- digests and the chain

-- Length-prefixed parts: no two different lists of parts give the same text.
CREATE FUNCTION canonical(VARIADIC parts text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT string_agg(CASE WHEN p IS NULL THEN '-' ELSE octet_length(p) || ':' || p END, E'\n' ORDER BY n) FROM unnest(parts) WITH ORDINALITY AS x(p, n)
$$;
CREATE FUNCTION sha256_hex(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT encode(sha256(convert_to(t, 'UTF8')), 'hex') $$;
CREATE FUNCTION instant_text(t timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
CREATE FUNCTION day_text(d date) RETURNS text LANGUAGE sql STABLE AS $$ SELECT to_char(d::timestamp, 'YYYY-MM-DD') $$;

CREATE FUNCTION report_version_digest(v report_version) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT sha256_hex(canonical(v.id::text, v.idempotency_key, v.report_id::text, v.version::text, v.percent::text, v.narrative, v.problems, v.needs, v.next_steps,
                              v.author_id::text, v.signed_by_id::text, instant_text(v.submitted_at), day_text(v.effective_on)))
$$;
CREATE FUNCTION review_digest(r review) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT sha256_hex(canonical(r.id::text, r.idempotency_key, r.report_id::text, r.report_version::text, r.decision::text, r.reason, r.reviewer_id::text, r.is_own_unit::text,
                              instant_text(r.decided_at), day_text(r.effective_on)))
$$;
CREATE FUNCTION event_hash(e task_event) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT sha256_hex(canonical(e.id::text, e.task_id::text, e.sequence::text, e.type::text, e.origin::text, day_text(e.effective_on), instant_text(e.recorded_at),
                              e.actor_id::text, e.actor_words, e.unit_id::text, e.report_id::text, e.report_version::text, e.report_kind::text,
                              e.cycle_id::text, e.is_by_lead::text, e.review_id::text, e.payload::text, e.content_digest, e.previous_hash))
$$;

CREATE FUNCTION set_report_version_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.submitted_at := clock_timestamp();
  NEW.digest := report_version_digest(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER report_version_digest BEFORE INSERT ON report_version FOR EACH ROW EXECUTE FUNCTION set_report_version_digest();
CREATE FUNCTION set_review_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.decided_at := clock_timestamp();
  NEW.digest := review_digest(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER review_digest BEFORE INSERT ON review FOR EACH ROW EXECUTE FUNCTION set_review_digest();

-- Runs as the owner: the application role can neither write task_chain nor choose id, sequence, time or hash.
-- pg_temp stands last in every definer function's path: a temporary table named task_chain must not be taken for the real one.
CREATE FUNCTION chain_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE head task_chain;
BEGIN
  INSERT INTO task_chain (task_id, event_count, head_hash, last_effective_on) VALUES (NEW.task_id, 0, '', DATE '1900-01-01') ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM task_chain WHERE task_id = NEW.task_id FOR UPDATE;
  IF NEW.effective_on < head.last_effective_on THEN
    RAISE EXCEPTION 'event of % before the last one of task % (%)', NEW.effective_on, NEW.task_id, head.last_effective_on USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.effective_on > ledger_today() THEN
    RAISE EXCEPTION 'event of % lies after today', NEW.effective_on USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.origin = 'LIVE' AND NEW.effective_on <> ledger_today() THEN
    RAISE EXCEPTION 'a live event is of today, not of %', NEW.effective_on USING ERRCODE = 'check_violation';
  END IF;
  NEW.id := nextval(pg_get_serial_sequence('task_event', 'id'));
  NEW.sequence := head.event_count + 1;
  NEW.recorded_at := clock_timestamp();
  NEW.previous_hash := head.head_hash;
  NEW.content_digest := coalesce((SELECT digest FROM report_version WHERE report_id = NEW.report_id AND version = NEW.report_version), '')
                     || coalesce((SELECT digest FROM review WHERE id = NEW.review_id), '');
  NEW.hash := event_hash(NEW);
  UPDATE task_chain SET event_count = NEW.sequence, head_hash = NEW.hash, last_effective_on = NEW.effective_on WHERE task_id = NEW.task_id;
  RETURN NEW;
END $$;
CREATE TRIGGER a_chain_event BEFORE INSERT ON task_event FOR EACH ROW EXECUTE FUNCTION chain_event();

-- ---------------------------------------------------------------- standing

-- The one definition of standing (DESIGN §3 "Light", "Outcome"): every stretch of days on which a task's standing stays the same,
-- worked out from the plan, the cycles and the events alone. For a day D it sees only what was effective on or before D.
CREATE FUNCTION compute_standing(p_task int) RETURNS SETOF task_standing LANGUAGE plpgsql STABLE AS $$
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
BEGIN
  SELECT * INTO t FROM task WHERE id = p_task;
  SELECT * INTO p FROM plan WHERE id = t.plan_id;
  r.task_id := t.id; r.plan_id := p.id; r.region_id := p.region_id;
  r.due_on := t.original_due_on; r.overdue_days_before := 0; r.missed_cycles := 0; r.is_rated := false;
  due := t.original_due_on;
  is_ongoing := t.ongoing;
  SELECT (payload ->> 'ongoing')::boolean INTO is_ongoing FROM task_event WHERE task_id = p_task AND type = 'TASK_CREATED' AND payload ? 'ongoing';
  is_ongoing := coalesce(is_ongoing, t.ongoing);

  IF p.effective_from IS NULL OR p.status NOT IN ('ACTIVE', 'ARCHIVED') THEN
    r.valid_from := '1900-01-01'; r.valid_to := never; r.state := 'NOT_STARTED'; r.light := 'NONE'; r.reason := 'PLAN_NOT_ACTIVE';
    RETURN NEXT r;
    RETURN;
  END IF;

  SELECT coalesce(array_agg(c.id ORDER BY c.closes_on), '{}'), coalesce(array_agg(c.closes_on ORDER BY c.closes_on), '{}'), coalesce(array_agg(c.grace_ends_on ORDER BY c.closes_on), '{}')
    INTO c_id, c_close, c_grace
    FROM cycle c WHERE c.plan_id = p.id AND (CASE WHEN t.has_own_cycles THEN c.task_id = t.id ELSE c.task_id IS NULL END);
  n_cycles := cardinality(c_id);

  r.valid_from := '1900-01-01'; r.valid_to := p.effective_from; r.state := 'NOT_STARTED'; r.light := 'NONE'; r.reason := 'PLAN_NOT_ACTIVE';
  last := r;

  -- the days on which facts change
  SELECT array_agg(DISTINCT x ORDER BY x) INTO days
    FROM (SELECT p.effective_from AS x UNION SELECT greatest(effective_on, p.effective_from) FROM task_event WHERE task_id = p_task
          UNION SELECT p.archived_on WHERE p.archived_on IS NOT NULL) q;

  FOR i IN 1 .. cardinality(days) LOOP
    d := days[i];
    FOR e IN SELECT * FROM task_event ev WHERE ev.task_id = p_task AND greatest(ev.effective_on, p.effective_from) = d ORDER BY ev.sequence LOOP
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
            IF e.effective_on >= p.effective_from AND due < clock AND (e.payload ->> 'to')::date > due THEN late_extension := true; END IF;
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
        CONTINUE WHEN c_grace[m] >= pt OR c_close[m] < p.effective_from;
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
      past_issue := coalesce(t.original_due_on < p.effective_from AND due = t.original_due_on, false) AND NOT issue_decided;
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

-- Brings the kept stretches of a task in line with its events; earlier days are kept as they were shown.
CREATE FUNCTION refresh_standing(p_task int, p_from date DEFAULT DATE '1900-01-01') RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- the lock that appending an event takes: of two refreshes beside each other the second sees what the first saw
  PERFORM FROM task_chain WHERE task_id = p_task FOR UPDATE;
  DELETE FROM task_standing WHERE task_id = p_task AND valid_from >= p_from;
  UPDATE task_standing SET valid_to = p_from WHERE task_id = p_task AND valid_to > p_from;
  INSERT INTO task_standing (task_id, valid_from, valid_to, plan_id, region_id, state, light, reason, due_on, clock_on, achieved_on, outcome, overdue_days_before, missed_cycles, missed_since_on, is_rated)
  SELECT c.task_id, greatest(c.valid_from, p_from), c.valid_to, c.plan_id, c.region_id, c.state, c.light, c.reason, c.due_on, c.clock_on, c.achieved_on, c.outcome,
         c.overdue_days_before + CASE WHEN c.reason = 'OVERDUE' THEN greatest(p_from - c.valid_from, 0) ELSE 0 END, c.missed_cycles, c.missed_since_on, c.is_rated
    FROM compute_standing(p_task) c WHERE c.valid_to > p_from;
  -- a day boundary inside an unchanged stretch is no boundary
  UPDATE task_standing a SET valid_to = b.valid_to
    FROM task_standing b
   WHERE a.task_id = p_task AND b.task_id = p_task AND b.valid_from = p_from AND a.valid_to = p_from
     AND (a.state, a.light, a.reason, a.due_on, a.clock_on, a.achieved_on, a.outcome, a.missed_cycles, a.missed_since_on, a.is_rated)
         IS NOT DISTINCT FROM (b.state, b.light, b.reason, b.due_on, b.clock_on, b.achieved_on, b.outcome, b.missed_cycles, b.missed_since_on, b.is_rated);
  DELETE FROM task_standing b USING task_standing a
   WHERE b.task_id = p_task AND b.valid_from = p_from AND a.task_id = p_task AND a.valid_from < b.valid_from AND a.valid_to = b.valid_to;
END $$;

CREATE FUNCTION refresh_plan_standing(p_plan int, p_from date DEFAULT DATE '1900-01-01') RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT refresh_standing(id, p_from) FROM task WHERE plan_id = p_plan ORDER BY id
$$;

-- After every event; a bulk load may set ledger.defer_standing = on and call refresh_plan_standing before it commits.
CREATE FUNCTION standing_after_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF coalesce(current_setting('ledger.defer_standing', true), '') <> 'on' THEN
    PERFORM refresh_standing(NEW.task_id, CASE WHEN NEW.sequence = 1 THEN DATE '1900-01-01' ELSE NEW.effective_on END);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER z_standing_after_event AFTER INSERT ON task_event FOR EACH ROW EXECUTE FUNCTION standing_after_event();

-- THE function of standing: every page, count, export, reminder and mail reads it. One row per task for the end of a day.
-- days_left: days until due_on (negative: days late), on the clock of the day, null once achieved or cancelled; overdue_days: days ever red for being overdue, the day included.
CREATE FUNCTION standing_as_of(p_day date) RETURNS TABLE (
  task_id int, plan_id int, region_id int, state task_state, light light, reason light_reason, due_on date, clock_on date, achieved_on date,
  outcome outcome, days_left int, overdue_days int, missed_cycles int, missed_since_on date, is_rated boolean, valid_from date, valid_to date
) LANGUAGE sql STABLE AS $$
  SELECT s.task_id, s.plan_id, s.region_id, s.state, s.light, s.reason, s.due_on, s.clock_on, s.achieved_on, s.outcome,
         CASE WHEN s.state NOT IN ('COMPLETED', 'SUSTAINED', 'CANCELLED') THEN s.due_on - coalesce(s.clock_on, p_day) END,
         s.overdue_days_before + CASE WHEN s.reason = 'OVERDUE' THEN p_day - s.valid_from + 1 ELSE 0 END,
         s.missed_cycles, s.missed_since_on, s.is_rated, s.valid_from, s.valid_to
    FROM task_standing s
   WHERE s.valid_from <= p_day AND s.valid_to > p_day
$$;

-- A merged unit's figures count with the unit it went into, from the day of the merge on.
CREATE FUNCTION unit_rollup(p_day date) RETURNS TABLE (unit_id int, counted_unit_id int) LANGUAGE sql STABLE AS $$
  WITH RECURSIVE chain AS (
    SELECT m.from_unit_id AS unit_id, m.into_unit_id AS counted_unit_id, 1 AS depth FROM unit_merge m WHERE m.effective_on <= p_day
    UNION ALL
    SELECT c.unit_id, m.into_unit_id, c.depth + 1 FROM chain c JOIN unit_merge m ON m.from_unit_id = c.counted_unit_id AND m.effective_on <= p_day WHERE c.depth < 20
  )
  SELECT DISTINCT ON (c.unit_id) c.unit_id, c.counted_unit_id FROM chain c ORDER BY c.unit_id, c.depth DESC
$$;

-- Which unit has which relation to which task on a day: LEAD or RESPONSIBLE as named (is_direct), or as a known member of a collective.
CREATE FUNCTION task_units_as_of(p_day date) RETURNS TABLE (task_id int, unit_id int, role task_unit_role, is_direct boolean) LANGUAGE sql STABLE AS $$
  SELECT tu.task_id, coalesce(ru.counted_unit_id, tu.unit_id), tu.role, true
    FROM task_unit tu LEFT JOIN unit_rollup(p_day) ru ON ru.unit_id = tu.unit_id
   WHERE tu.unit_id IS NOT NULL AND tu.valid_from <= p_day AND tu.valid_to > p_day
  UNION
  SELECT tu.task_id, coalesce(ru.counted_unit_id, cm.unit_id), tu.role, false
    FROM task_unit tu
    JOIN task t ON t.id = tu.task_id
    JOIN collective_member cm ON cm.collective_id = tu.collective_id AND (cm.plan_id IS NULL OR cm.plan_id = t.plan_id) AND cm.valid_from <= p_day AND cm.valid_to > p_day
    LEFT JOIN unit_rollup(p_day) ru ON ru.unit_id = cm.unit_id
   WHERE tu.valid_from <= p_day AND tu.valid_to > p_day
$$;

-- ---------------------------------------------------------------- verification and the daily run

-- Heads and counts of all chains as of an event id, in one digest.
CREATE FUNCTION heads_digest(p_last_event bigint) RETURNS TABLE (event_count bigint, digest text) LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(n), 0)::bigint, sha256_hex(coalesce(string_agg(task_id || ':' || n || ':' || hash, E'\n' ORDER BY task_id), ''))
    FROM (SELECT DISTINCT ON (task_id) task_id, sequence AS n, hash FROM task_event WHERE id <= p_last_event ORDER BY task_id, sequence DESC) h
$$;

-- Every broken link, first ones first; no row: all is well.
CREATE FUNCTION verify_history() RETURNS TABLE (problem text, task_id int, event_id bigint, detail text) LANGUAGE sql STABLE AS $$
  SELECT 'event_changed', e.task_id, e.id, e.type::text FROM task_event e WHERE e.hash <> event_hash(e)
  UNION ALL
  SELECT 'link_broken', x.task_id, x.id, x.sequence::text FROM (
    SELECT e.task_id, e.id, e.sequence, e.previous_hash, e.hash, e.effective_on,
           lag(e.hash, 1, '') OVER w AS expected, row_number() OVER w AS n, lag(e.effective_on) OVER w AS day_before
      FROM task_event e WINDOW w AS (PARTITION BY e.task_id ORDER BY e.sequence)) x
   WHERE x.previous_hash <> x.expected OR x.sequence <> x.n OR x.effective_on < x.day_before
  UNION ALL
  SELECT 'tail_cut', coalesce(c.task_id, h.task_id), h.id, coalesce(c.event_count, 0) || ' / ' || coalesce(h.sequence, 0)
    FROM task_chain c FULL JOIN (SELECT DISTINCT ON (task_id) task_id, id, sequence, hash, effective_on FROM task_event ORDER BY task_id, sequence DESC) h ON h.task_id = c.task_id
   WHERE (c.head_hash, c.event_count, c.last_effective_on) IS DISTINCT FROM (h.hash, h.sequence, h.effective_on)
  UNION ALL
  SELECT 'tail_cut', t.id, NULL, '0 / 0' FROM task t WHERE NOT EXISTS (SELECT FROM task_chain c WHERE c.task_id = t.id)
  UNION ALL
  SELECT 'report_changed', coalesce(e.task_id, pr.task_id), e.id, v.report_id || '/' || v.version
    FROM report_version v LEFT JOIN progress_report pr ON pr.id = v.report_id LEFT JOIN task_event e ON e.report_id = v.report_id AND e.report_version = v.version AND e.type IN ('REPORT_SUBMITTED', 'BACKFILLED')
   WHERE v.digest <> report_version_digest(v) OR e.id IS NULL OR (e.task_id, e.report_kind) IS DISTINCT FROM (pr.task_id, pr.kind)
  UNION ALL
  SELECT 'review_changed', coalesce(e.task_id, pr.task_id), e.id, r.id::text
    FROM review r LEFT JOIN progress_report pr ON pr.id = r.report_id LEFT JOIN task_event e ON e.review_id = r.id
   WHERE r.digest <> review_digest(r) OR e.id IS NULL
  UNION ALL
  SELECT 'content_changed', e.task_id, e.id, e.type::text FROM task_event e
   WHERE e.content_digest <> coalesce((SELECT v.digest FROM report_version v WHERE v.report_id = e.report_id AND v.version = e.report_version), '')
                          || coalesce((SELECT r.digest FROM review r WHERE r.id = e.review_id), '')
  UNION ALL
  SELECT 'digest_broken', NULL, d.last_event_id, day_text(d.covers_on)
    FROM (SELECT cd.*, lag(cd.digest, 1, '') OVER (ORDER BY cd.id) AS expected FROM chain_digest cd) d, LATERAL heads_digest(d.last_event_id) h
   WHERE d.previous_digest <> d.expected OR d.heads_digest <> h.digest OR d.event_count <> h.event_count
      OR d.digest <> sha256_hex(canonical(day_text(d.covers_on), d.last_event_id::text, d.event_count::text, d.heads_digest, d.previous_digest))
  UNION ALL
  SELECT 'standing_differs', s.task_id, NULL, day_text(s.valid_from)
    FROM ((SELECT * FROM task_standing EXCEPT SELECT c.* FROM task t2, LATERAL compute_standing(t2.id) c)
          UNION ALL (SELECT c.* FROM task t2, LATERAL compute_standing(t2.id) c EXCEPT SELECT * FROM task_standing)) s
  UNION ALL
  SELECT 'state_differs', t.id, NULL, t.state::text
    FROM task t JOIN plan p ON p.id = t.plan_id AND p.status IN ('ACTIVE', 'ARCHIVED') JOIN standing_as_of('9999-12-30') s ON s.task_id = t.id
   WHERE (t.state, t.due_on, t.achieved_on) IS DISTINCT FROM (s.state, s.due_on, s.achieved_on)
$$;

-- The daily run: digests heads and counts. Idempotent per day and head.
CREATE FUNCTION run_daily(p_day date) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last_id bigint; h record; previous chain_digest;
BEGIN
  IF p_day > ledger_today() THEN RAISE EXCEPTION 'day % lies after today', p_day USING ERRCODE = 'check_violation'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('run_daily'));
  -- waits for events under way: one with a smaller id that commits later would break this digest
  LOCK TABLE task_event IN SHARE MODE;
  SELECT coalesce(max(id), 0) INTO last_id FROM task_event;
  SELECT * INTO previous FROM chain_digest ORDER BY id DESC LIMIT 1;
  IF previous.covers_on >= p_day AND previous.last_event_id = last_id THEN RETURN 'unchanged'; END IF;
  SELECT * INTO h FROM heads_digest(last_id);
  INSERT INTO chain_digest (covers_on, last_event_id, event_count, heads_digest, previous_digest, digest)
  VALUES (p_day, last_id, h.event_count, h.digest, coalesce(previous.digest, ''),
          sha256_hex(canonical(day_text(p_day), last_id::text, h.event_count::text, h.digest, coalesce(previous.digest, ''))));
  RETURN 'digested ' || h.event_count;
END $$;

-- ---------------------------------------------------------------- rights of the application role

DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'ledger_app') THEN CREATE ROLE ledger_app NOLOGIN; END IF;
END $$;
GRANT USAGE ON SCHEMA public TO ledger_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ledger_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ledger_app;
REVOKE UPDATE, DELETE, TRUNCATE ON task_event, audit_event, report_version, review, source_document, source_cell, unit_merge, sign_in_attempt FROM ledger_app;
REVOKE INSERT, UPDATE, DELETE ON task_chain, chain_digest, task_standing FROM ledger_app;
-- Nothing with a history is deleted: the application deletes only what has none.
REVOKE DELETE ON ALL TABLES IN SCHEMA public FROM ledger_app;
GRANT DELETE ON unit_alias, account_work_group TO ledger_app;
REVOKE EXECUTE ON FUNCTION refresh_standing(int, date), refresh_plan_standing(int, date), run_daily(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_standing(int, date), refresh_plan_standing(int, date), run_daily(date) TO ledger_app;
DO $$ BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN REVOKE ALL ON _prisma_migrations FROM ledger_app; END IF;
END $$;
