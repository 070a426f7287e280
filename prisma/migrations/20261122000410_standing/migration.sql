-- Standing over cycles that change, days of 临期 that change, and opening balances; and the guards that keep the days already shown as they were.

-- ---------------------------------------------------------------- cycles taken back, stretches that never began

-- A cycle taken back before it began leaves its closing day to the one in its place.
DROP INDEX cycle_once;
CREATE UNIQUE INDEX cycle_once ON cycle (plan_id, coalesce(task_id, 0), closes_on) WHERE superseded_on IS NULL;
ALTER TABLE cycle ADD CONSTRAINT cycle_superseded_before_it_began CHECK (superseded_on < starts_on);
-- The closing days of a plan that keeps its own (CUSTOM).
ALTER TABLE plan ADD COLUMN "cycle_dates" DATE[] NOT NULL DEFAULT '{}';
-- A task's own cycles given up before they began: a stretch without a day.
ALTER TABLE task_cycle_rule DROP CONSTRAINT task_cycle_rule_days, ADD CONSTRAINT task_cycle_rule_days CHECK (valid_from <= valid_to);

-- ---------------------------------------------------------------- settings never reach back

-- A plan that is carried out has been shown with the values of its past days. Elsewhere seeding alone (nobody's act) may enter what held earlier.
CREATE FUNCTION keep_past_settings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.valid_from < ledger_today()
     AND (NEW.actor_id IS NOT NULL AND NEW.scope <> 'plan'
          OR NEW.scope = 'plan' AND EXISTS (SELECT FROM plan WHERE id = NEW.scope_id AND status IN ('ACTIVE', 'ARCHIVED'))) THEN
    RAISE EXCEPTION 'a setting of % would reach back before today', NEW.valid_from USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dated_setting_keeps_past BEFORE INSERT ON dated_setting FOR EACH ROW EXECUTE FUNCTION keep_past_settings();

-- Standing reads the days of 临期: it follows them at once.
CREATE FUNCTION standing_after_setting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM refresh_plan_standing(NEW.scope_id, NEW.valid_from);
  RETURN NULL;
END $$;
CREATE TRIGGER z_standing_after_setting AFTER INSERT ON dated_setting FOR EACH ROW WHEN (NEW.scope = 'plan' AND NEW.key = 'due_soon_days')
  EXECUTE FUNCTION standing_after_setting();

-- What holds before the first dated value is part of every past day of a plan that is carried out.
CREATE FUNCTION keep_first_due_soon_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the days of 临期 of a plan that is carried out change from a day on, in dated_setting' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER plan_keeps_due_soon_days BEFORE UPDATE ON plan FOR EACH ROW
  WHEN (OLD.status IN ('ACTIVE', 'ARCHIVED') AND NEW.due_soon_days <> OLD.due_soon_days) EXECUTE FUNCTION keep_first_due_soon_days();

-- The days before its date from which a plan's task is 临期, on a day.
CREATE FUNCTION due_soon_days_as_of(p_plan int, p_day date) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce((setting_as_of('plan', p.id, 'due_soon_days', p_day) #>> '{}')::int, p.due_soon_days) FROM plan p WHERE p.id = p_plan
$$;

-- Cycles of a task that closed before this day are as a 补录 known on p_day entered them: neither missed nor reported. Null: no 补录. However late it is entered,
-- it speaks of the time before the plan was set going, or a revised list put the task on: what was missed since stays missed.
CREATE FUNCTION entered_before(p_task int, p_day date) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN b.entered_on IS NOT NULL THEN
           least(b.entered_on, greatest(p.activated_on, (SELECT e.effective_on FROM task_event e WHERE e.task_id = t.id AND e.type = 'TASK_CREATED' AND e.payload ? 'listedBy' LIMIT 1)))
         END
    FROM task t JOIN plan p ON p.id = t.plan_id
    JOIN LATERAL (SELECT max(e.effective_on) AS entered_on FROM task_event e WHERE e.task_id = t.id AND e.type = 'BACKFILLED' AND e.effective_on <= p_day) b ON true
   WHERE t.id = p_task
$$;

-- ---------------------------------------------------------------- standing

-- As before, and besides: the cycles are those of cycles_of_task; the days of 临期 are those in force on the day; and from the day of a 补录 on what
-- it says stands in the place of what would have been worked out for the days before it (docs/decisions/0007-driving.md).
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
  -- days of 临期 from a day on; the day before which a 补录 has entered what was so; the overdue days it declares
  soon_from date[]; soon_days int[]; soon int; entered_before date; declared int; red_now int;
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
    FROM cycles_of_task(p_task) c;
  n_cycles := cardinality(c_id);
  SELECT coalesce(array_agg(x.valid_from ORDER BY x.valid_from), '{}'), coalesce(array_agg(x.days ORDER BY x.valid_from), '{}') INTO soon_from, soon_days
    FROM (SELECT DISTINCT ON (s.valid_from) s.valid_from, (s.value #>> '{}')::int AS days FROM dated_setting s
           WHERE s.scope = 'plan' AND s.scope_id = p.id AND s.key = 'due_soon_days' ORDER BY s.valid_from, s.id DESC) x;

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
            -- moved to a later day, or taken away, after the old one had passed on the task's own clock: as an extension asked late
            st := CASE WHEN state = 'CANCELLED' THEN before_cancel ELSE state END;
            clock := coalesce(achieved, CASE WHEN st = 'UNDER_REVIEW' OR (st = 'IN_PROGRESS' AND held_until >= e.effective_on) THEN submitted END, e.effective_on);
            IF coalesce((e.payload ->> 'isBeforeStart')::boolean, false) THEN issued_due := (e.payload ->> 'to')::date;
            ELSIF e.effective_on >= p.effective_from AND due < clock AND coalesce((e.payload ->> 'to')::date > due, true) THEN late_extension := true; END IF;
            due := (e.payload ->> 'to')::date;
          END IF;
          is_ongoing := coalesce((e.payload ->> 'ongoing')::boolean, is_ongoing);
        WHEN 'ISSUE_LATENESS_DECIDED' THEN
          issue_decided := true;
        WHEN 'BACKFILLED' THEN
          state := coalesce((e.payload ->> 'state')::task_state, state); achieved := (e.payload ->> 'achievedOn')::date;
          entered_before := least(e.effective_on, greatest(p.activated_on, listed));
          -- what it declares done was late by so many days; what it declares open keeps the days it has
          IF achieved IS NOT NULL THEN
            declared := CASE WHEN due IS NULL OR (issued_due < starts AND due = issued_due AND NOT issue_decided) THEN 0
                             ELSE greatest(achieved - greatest(due, starts - 1), 0) END;
            submitted := NULL; held_until := NULL;
          END IF;
          IF e.report_id IS NOT NULL AND e.is_by_lead AND array_position(rep_ids, e.report_id) IS NULL THEN
            rep_ids := rep_ids || e.report_id; rep_cycle := rep_cycle || coalesce(e.cycle_id, -1);
            rep_since := rep_since || coalesce((e.payload ->> 'reportedOn')::date, e.effective_on); rep_live := rep_live || true;
          END IF;
        ELSE NULL;
      END CASE;
    END LOOP;
    s_day := s_day || d; s_state := s_state || state;

    -- days in [d, next change) on which the light may change by the passing of time alone
    seg_from := d;
    seg_to := coalesce(days[i + 1], never);
    SELECT array_agg(DISTINCT x ORDER BY x) INTO points FROM (
      SELECT seg_from AS x
      UNION SELECT due - n FROM unnest(soon_days || p.due_soon_days) n UNION SELECT x FROM unnest(soon_from) x UNION SELECT due + 1 UNION SELECT held_until + 1
      UNION SELECT g + 1 FROM unnest(c_grace) g
    ) q WHERE x >= seg_from AND x < seg_to;

    FOREACH pt IN ARRAY points LOOP
      -- cycles missed in a row as of pt, latest closed one first
      missed := 0; missed_since := NULL; late_catch_up := false; looked := false;
      FOR m IN REVERSE n_cycles .. 1 LOOP
        CONTINUE WHEN c_grace[m] >= pt OR c_close[m] < owed_from OR c_close[m] < entered_before;
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

      soon := p.due_soon_days;
      FOR k IN REVERSE cardinality(soon_from) .. 1 LOOP
        IF soon_from[k] <= pt THEN soon := soon_days[k]; EXIT; END IF;
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
      ELSIF state <> 'SUSTAINED' AND due - clock <= soon THEN r.light := 'YELLOW'; r.reason := 'DUE_SOON';
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

      red_now := red_days + CASE WHEN last.reason = 'OVERDUE' THEN pt - last.valid_from ELSE 0 END;
      IF last.valid_from IS NOT NULL AND coalesce(declared, red_now) = red_now AND (last.state, last.light, last.reason, last.due_on, last.clock_on, last.achieved_on, last.outcome, last.missed_cycles, last.missed_since_on, last.is_rated)
         IS NOT DISTINCT FROM (r.state, r.light, r.reason, r.due_on, r.clock_on, r.achieved_on, r.outcome, r.missed_cycles, r.missed_since_on, r.is_rated) THEN
        declared := NULL;
        CONTINUE;
      END IF;
      red_days := coalesce(declared, red_now); declared := NULL;
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
CREATE OR REPLACE FUNCTION refresh_standing(p_task int, p_from date DEFAULT DATE '1900-01-01') RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
         IS NOT DISTINCT FROM (b.state, b.light, b.reason, b.due_on, b.clock_on, b.achieved_on, b.outcome, b.missed_cycles, b.missed_since_on, b.is_rated)
     -- a 补录 may set the overdue days anew and nothing else
     AND b.overdue_days_before = a.overdue_days_before + CASE WHEN a.reason = 'OVERDUE' THEN b.valid_from - a.valid_from ELSE 0 END;
  DELETE FROM task_standing b USING task_standing a
   WHERE b.task_id = p_task AND b.valid_from = p_from AND a.task_id = p_task AND a.valid_from < b.valid_from AND a.valid_to = b.valid_to;
END $$;
