-- What is asked of every task of a plan at once, without going through each task's history.

CREATE INDEX task_event_backfilled ON task_event (task_id, effective_on) WHERE type = 'BACKFILLED';
CREATE INDEX task_event_listed_later ON task_event (task_id) WHERE type = 'TASK_CREATED' AND payload ? 'listedBy';

-- As entered_before, which answers by it: a table of one row, because the planner takes that into the query that asks, and a value it calls task by task.
-- OFFSET 0: worked out once for a task, and not for each of its cycles.
CREATE FUNCTION task_entered_before(p_task int, p_day date) RETURNS TABLE (day date) LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN b.entered_on IS NOT NULL THEN
           least(b.entered_on, greatest(p.activated_on, (SELECT e.effective_on FROM task_event e WHERE e.task_id = t.id AND e.type = 'TASK_CREATED' AND e.payload ? 'listedBy' LIMIT 1)))
         END
    FROM task t JOIN plan p ON p.id = t.plan_id
    JOIN LATERAL (SELECT max(e.effective_on) AS entered_on FROM task_event e WHERE e.task_id = t.id AND e.type = 'BACKFILLED' AND e.effective_on <= p_day) b ON true
   WHERE t.id = p_task OFFSET 0
$$;
CREATE OR REPLACE FUNCTION entered_before(p_task int, p_day date) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT b.day FROM task_entered_before(p_task, p_day) b
$$;
