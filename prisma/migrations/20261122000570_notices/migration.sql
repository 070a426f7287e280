-- From which day a task owes reports, as of a day: a cycle that closes before it is owed by nobody. In one place for all who ask it of a list of tasks; compute_standing
-- goes by the same three days. The plan's first day; 15 days after a revised list put the task on a running plan; the day up to which a 补录 has entered it.
-- A table of one row, like task_entered_before: the planner takes it into the query that asks. OFFSET 0: worked out once for a task, and not for each of its cycles.
CREATE FUNCTION task_owed_from(p_task int, p_day date) RETURNS TABLE (day date) LANGUAGE sql STABLE AS $$
  SELECT greatest(p.effective_from,
                  (SELECT e.effective_on + 15 FROM task_event e
                    WHERE e.task_id = t.id AND e.type = 'TASK_CREATED' AND e.payload ? 'listedBy' AND e.effective_on > p.effective_from LIMIT 1),
                  b.day)
    FROM task t JOIN plan p ON p.id = t.plan_id CROSS JOIN LATERAL task_entered_before(t.id, p_day) b
   WHERE t.id = p_task OFFSET 0
$$;
CREATE FUNCTION owed_from(p_task int, p_day date) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT o.day FROM task_owed_from(p_task, p_day) o
$$;

-- What a person was told in a place they have left since: it is mailed no more, and its words stay with the place.
ALTER TABLE notice ADD COLUMN "left_at" TIMESTAMPTZ(6);
