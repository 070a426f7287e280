-- No sequence of allowed acts makes lateness go away, and a slip of the pen put right the same day makes nobody late (docs/decisions/0001-standing.md 7, 8, 11).

-- ---------------------------------------------------------------- graces keep their working days

-- Working days in (from, to], as addWorkingDays counts them.
CREATE FUNCTION working_days_between(p_from date, p_to date) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT count(*)::int FROM generate_series(1, p_to - p_from) n LEFT JOIN calendar_day c ON c.day = p_from + n
   WHERE coalesce(c.kind = 'WORKDAY', extract(isodow FROM p_from + n) <= 5)
$$;

-- The number of working days a cycle's grace was made with. A correction of the calendar counts from it, and not from a grace that an earlier one had cut short
-- at its day: taken back the same day, the correction leaves nothing behind.
ALTER TABLE cycle ADD COLUMN "grace_working_days" INTEGER;
CREATE FUNCTION cycle_grace_working_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.grace_working_days := working_days_between(NEW.closes_on, NEW.grace_ends_on);
  RETURN NEW;
END $$;
CREATE TRIGGER cycle_grace_working_days BEFORE INSERT ON cycle FOR EACH ROW WHEN (NEW.grace_working_days IS NULL) EXECUTE FUNCTION cycle_grace_working_days();
UPDATE cycle SET grace_working_days = working_days_between(closes_on, grace_ends_on);

-- ---------------------------------------------------------------- standing

-- As before, and besides: corrections are judged by the date that stood at the end of the day before; what excused one (an achievement, a RESULT under review) excuses
-- it only while it stands; a task whose date has moved is 印发时已过时限 no more, whatever it moves back to; the days that a 补录 declares go with the achievement
-- it declares; and the report of an earlier 补录 counts no more from the next on.
CREATE OR REPLACE FUNCTION compute_standing(p_task int) RETURNS SETOF task_standing LANGUAGE plpgsql STABLE AS $$
DECLARE
  never   CONSTANT date := '9999-12-31';
  t task; p plan; e record; r task_standing; last task_standing;
  -- facts folded from the events so far
  state task_state := 'NOT_STARTED'; before_review task_state := 'NOT_STARTED'; before_cancel task_state := 'NOT_STARTED';
  due date; achieved date; submitted date; held_until date; extensions int := 0; late_extension boolean := false; issue_decided boolean := false;
  -- the date that corrections of a day are measured by; the date that was moved past because the task had kept it; whether its date has moved since it was issued
  base date; excused_due date; date_moved boolean := false; kept_on date;
  is_ongoing boolean;
  -- cycles of the task, oldest first, and the reports of leads in them
  c_id int[]; c_close date[]; c_grace date[]; n_cycles int;
  rep_ids int[] := '{}'; rep_cycle int[] := '{}'; rep_since date[] := '{}'; rep_live boolean[] := '{}'; rep_entered boolean[] := '{}'; k int;
  -- state at the end of each day with an event
  s_day date[] := '{}'; s_state task_state[] := '{}';
  days date[]; i int; d date; seg_from date; seg_to date; clock date;
  points date[]; pt date; m int; missed int; missed_since date; late_catch_up boolean; looked boolean; found date; st task_state; red_days int := 0;
  past_issue boolean;
  -- the day a revised list put the task on, from when on it stands at all; the date it was issued with; the first day it owes a cycle for
  listed date; starts date; issued_due date; owed_from date;
  -- days of 临期 from a day on; the day before which a 补录 has entered what was so; the overdue days it declares
  soon_from date[]; soon_days int[]; soon int; entered_before date; declared int; declares boolean; red_now int;
  -- the days shown red for being overdue, whatever a 补录 declares
  shown_red int := 0; shown_now int;
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
    base := due; declares := false;
    red_now := red_days + CASE WHEN last.reason = 'OVERDUE' THEN d - last.valid_from ELSE 0 END;
    shown_now := shown_red + CASE WHEN last.reason = 'OVERDUE' THEN d - last.valid_from ELSE 0 END;
    FOR e IN SELECT * FROM task_event ev WHERE ev.task_id = p_task AND greatest(ev.effective_on, starts) = d ORDER BY ev.sequence LOOP
      CASE e.type
        WHEN 'REPORT_SUBMITTED' THEN
          IF e.is_by_lead THEN
            k := array_position(rep_ids, e.report_id);
            IF k IS NULL THEN
              rep_ids := rep_ids || e.report_id; rep_cycle := rep_cycle || coalesce(e.cycle_id, -1); rep_since := rep_since || e.effective_on; rep_live := rep_live || true; rep_entered := rep_entered || false;
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
          IF state IN ('COMPLETED', 'SUSTAINED') THEN
            state := 'IN_PROGRESS'; achieved := NULL;
            -- what a 补录 declared of it stands no more than the achievement does
            declared := greatest(coalesce(declared, red_now), shown_now); declares := false;
          END IF;
        WHEN 'TASK_CANCELLED' THEN
          IF state <> 'CANCELLED' THEN before_cancel := state; state := 'CANCELLED'; END IF;
        WHEN 'TASK_RESTORED' THEN
          IF state = 'CANCELLED' THEN state := before_cancel; END IF;
        WHEN 'EXTENSION_GRANTED' THEN
          extensions := extensions + 1;
          IF (e.payload ->> 'requestedOn')::date > base THEN late_extension := true; END IF;
          due := (e.payload ->> 'to')::date; base := due; date_moved := true;
        WHEN 'DEADLINE_CORRECTED' THEN
          IF e.payload ? 'to' THEN
            due := (e.payload ->> 'to')::date;
            IF coalesce((e.payload ->> 'isBeforeStart')::boolean, false) THEN issued_due := due; base := due; END IF;
          END IF;
          is_ongoing := coalesce((e.payload ->> 'ongoing')::boolean, is_ongoing);
        WHEN 'ISSUE_LATENESS_DECIDED' THEN
          issue_decided := true;
        WHEN 'BACKFILLED' THEN
          state := coalesce((e.payload ->> 'state')::task_state, state); achieved := (e.payload ->> 'achievedOn')::date;
          entered_before := least(e.effective_on, greatest(p.activated_on, listed));
          -- what it declares done was late by so many days; what it declares open has the days it was shown red, whatever an earlier one declared
          declares := achieved IS NOT NULL;
          IF declares THEN submitted := NULL; held_until := NULL; ELSE declared := shown_now; END IF;
          -- its report, if any, takes the place of the one an earlier 补录 carried
          FOR k IN 1 .. cardinality(rep_ids) LOOP
            IF rep_entered[k] THEN rep_live[k] := false; END IF;
          END LOOP;
          IF e.report_id IS NOT NULL AND e.is_by_lead AND array_position(rep_ids, e.report_id) IS NULL THEN
            rep_entered := rep_entered || true; rep_ids := rep_ids || e.report_id; rep_cycle := rep_cycle || coalesce(e.cycle_id, -1);
            rep_since := rep_since || coalesce((e.payload ->> 'reportedOn')::date, e.effective_on); rep_live := rep_live || true;
          END IF;
        ELSE NULL;
      END CASE;
      -- nobody is late by what was corrected before the plan's first day
      IF e.effective_on < p.effective_from THEN base := due; END IF;
    END LOOP;
    -- Corrections of one day are one, judged as the day ends by the date that stood before them: a slip put right the same day is none. Moved to a later day, or taken
    -- away, after it had passed counts as an extension asked late, but where the task had kept it by something that still stands: an achievement, a RESULT under review.
    st := CASE WHEN state = 'CANCELLED' THEN before_cancel ELSE state END;
    kept_on := coalesce(achieved, CASE WHEN st = 'UNDER_REVIEW' THEN submitted END);
    IF due IS DISTINCT FROM base THEN
      date_moved := true;
      IF base < d AND coalesce(due > base, true) THEN excused_due := least(excused_due, base); END IF;
    END IF;
    IF excused_due IS NOT NULL AND coalesce(kept_on > excused_due, true) THEN late_extension := true; excused_due := NULL; END IF;
    past_issue := coalesce(issued_due < starts AND due = issued_due, false) AND NOT date_moved AND NOT issue_decided;
    IF declares THEN declared := CASE WHEN due IS NULL OR past_issue THEN 0 ELSE greatest(achieved - greatest(due, starts - 1), 0) END; END IF;
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
      shown_now := shown_red + CASE WHEN last.reason = 'OVERDUE' THEN pt - last.valid_from ELSE 0 END;
      IF last.valid_from IS NOT NULL AND coalesce(declared, red_now) = red_now AND (last.state, last.light, last.reason, last.due_on, last.clock_on, last.achieved_on, last.outcome, last.missed_cycles, last.missed_since_on, last.is_rated)
         IS NOT DISTINCT FROM (r.state, r.light, r.reason, r.due_on, r.clock_on, r.achieved_on, r.outcome, r.missed_cycles, r.missed_since_on, r.is_rated) THEN
        declared := NULL;
        CONTINUE;
      END IF;
      red_days := coalesce(declared, red_now); shown_red := shown_now; declared := NULL;
      last.valid_to := pt;
      IF last.valid_from < last.valid_to THEN RETURN NEXT last; END IF;
      r.valid_from := pt; r.overdue_days_before := red_days;
      last := r;
    END LOOP;
  END LOOP;
  last.valid_to := never;
  RETURN NEXT last;
END $$;

-- What is kept of tasks that this may touch, worked out anew.
SELECT refresh_standing(x.task_id) FROM (SELECT DISTINCT task_id FROM task_event WHERE type IN ('DEADLINE_CORRECTED', 'BACKFILLED')) x;
