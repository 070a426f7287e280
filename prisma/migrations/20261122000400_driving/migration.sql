-- Driving the list: dated settings, opening balances, sign-for, cycles of their own, papers waiting for the head, evidence, questions in a review,
-- slips, reminders and the daily run. What these tables mean stands in prisma/schema.prisma.

ALTER TYPE "event_type" ADD VALUE 'CYCLE_SET';
ALTER TYPE "event_type" ADD VALUE 'NODE_ADDED';
ALTER TYPE "event_type" ADD VALUE 'NODE_CHANGED';
ALTER TYPE "event_type" ADD VALUE 'NODE_UNDONE';
ALTER TYPE "event_type" ADD VALUE 'NODE_REMOVED';
ALTER TYPE "event_type" ADD VALUE 'OBJECTION_RAISED';
ALTER TYPE "event_type" ADD VALUE 'OBJECTION_DECIDED';
ALTER TYPE "event_type" ADD VALUE 'PAPER_WRITTEN';
ALTER TYPE "event_type" ADD VALUE 'PAPER_SENT_BACK';
ALTER TYPE "event_type" ADD VALUE 'PAPER_WITHDRAWN';
ALTER TYPE "event_type" ADD VALUE 'EXTENSION_WITHDRAWN';
ALTER TYPE "event_type" ADD VALUE 'REVIEW_MESSAGE';
ALTER TYPE "event_type" ADD VALUE 'REMINDED';
ALTER TYPE "event_type" ADD VALUE 'SLIP_ISSUED';
ALTER TYPE "event_type" ADD VALUE 'SLIP_SIGNED_FOR';
ALTER TYPE "event_type" ADD VALUE 'SLIP_REPLIED';
ALTER TYPE "event_type" ADD VALUE 'SLIP_REPLY_RETURNED';
ALTER TYPE "event_type" ADD VALUE 'SLIP_CLOSED';
ALTER TYPE "event_type" ADD VALUE 'SLIP_VOIDED';
ALTER TYPE "extension_status" ADD VALUE 'WITHDRAWN';

CREATE TYPE "setting_scope" AS ENUM ('platform', 'region', 'plan', 'unit');
CREATE TYPE "paper_kind" AS ENUM ('PROGRESS', 'RESULT', 'EXTENSION');
CREATE TYPE "paper_status" AS ENUM ('WAITING', 'SIGNED', 'SENT_BACK', 'WITHDRAWN');
CREATE TYPE "objection_ground" AS ENUM ('NOT_OURS', 'WRONG_DIVISION', 'OTHER');
CREATE TYPE "objection_status" AS ENUM ('OPEN', 'REASSIGNED', 'CONFIRMED', 'WITHDRAWN');
CREATE TYPE "evidence_kind" AS ENUM ('FILE', 'LINK');
CREATE TYPE "slip_status" AS ENUM ('DRAFT', 'CHECKED', 'ISSUED', 'SIGNED_FOR', 'REPLIED', 'CLOSED', 'VOID', 'DISCARDED');
CREATE TYPE "slip_step" AS ENUM ('DRAFTED', 'CHANGED', 'CHECKED', 'SENT_BACK', 'ISSUED', 'SIGNED_FOR', 'REPLIED', 'REPLY_RETURNED', 'CLOSED', 'VOIDED', 'DISCARDED');
CREATE TYPE "digest_channel" AS ENUM ('MAIL', 'WEBHOOK');
CREATE TYPE "digest_status" AS ENUM ('PENDING', 'SENT', 'FAILED');
CREATE TYPE "job_trigger" AS ENUM ('SCHEDULE', 'CATCH_UP', 'BY_HAND');
CREATE TYPE "job_status" AS ENUM ('RUNNING', 'DONE', 'FAILED');

-- ---------------------------------------------------------------- columns

-- The day on which the plan was in fact set going, from which its units have time to sign for it.
ALTER TABLE plan ADD COLUMN "activated_on" DATE;
UPDATE plan SET activated_on = effective_from WHERE status IN ('ACTIVE', 'ARCHIVED');
ALTER TABLE account ADD COLUMN "email" TEXT, ADD COLUMN "wants_mail" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE cycle ADD COLUMN "superseded_on" DATE;
ALTER TABLE calendar_day ADD COLUMN "is_corrected" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "basis" TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN "added_on" DATE NOT NULL DEFAULT ledger_today(), ADD COLUMN "removed_on" DATE, ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE extension ADD COLUMN "progress" TEXT NOT NULL DEFAULT '', ADD COLUMN "unit_id" INTEGER REFERENCES unit(id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE report_version ADD COLUMN "evidence_ids" UUID[] NOT NULL DEFAULT '{}';
CREATE INDEX report_version_evidence ON report_version USING gin (evidence_ids);

-- ---------------------------------------------------------------- settings from a day on

CREATE TABLE "dated_setting" (
    "id" SERIAL NOT NULL,
    "scope" "setting_scope" NOT NULL,
    "scope_id" INTEGER NOT NULL DEFAULT 0,
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "valid_from" DATE NOT NULL,
    "basis" TEXT NOT NULL DEFAULT '',
    "actor_id" INTEGER,
    "actor_words" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "dated_setting_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "dated_setting_scope_scope_id_key_valid_from_idx" ON "dated_setting"("scope", "scope_id", "key", "valid_from");
ALTER TABLE "dated_setting" ADD CONSTRAINT "dated_setting_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- The value in force on a day; null: the default of the program.
CREATE FUNCTION setting_as_of(p_scope setting_scope, p_scope_id int, p_key text, p_day date) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT value FROM dated_setting WHERE scope = p_scope AND scope_id = p_scope_id AND key = p_key AND valid_from <= p_day ORDER BY valid_from DESC, id DESC LIMIT 1
$$;

CREATE TABLE "task_cycle_rule" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE NOT NULL DEFAULT '9999-12-31'::date,
    "kind" TEXT NOT NULL,
    "closing_day" INTEGER,
    "closing_month" INTEGER,
    "basis" TEXT NOT NULL DEFAULT '',
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "task_cycle_rule_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "task_cycle_rule_days" CHECK ("valid_from" < "valid_to"),
    CONSTRAINT "task_cycle_rule_kind" CHECK ("kind" IN ('NONE', 'MONTHLY', 'QUARTERLY', 'HALF_YEARLY', 'YEARLY'))
);
CREATE INDEX "task_cycle_rule_task_id_idx" ON "task_cycle_rule"("task_id");
ALTER TABLE "task_cycle_rule" ADD CONSTRAINT "task_cycle_rule_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The cycles that a task owes, wherever they come from: its own over the stretches for which it has its own, the plan's over the rest.
CREATE FUNCTION cycles_of_task(p_task int) RETURNS SETOF cycle LANGUAGE sql STABLE AS $$
  SELECT c.* FROM task t JOIN cycle c ON c.plan_id = t.plan_id AND c.superseded_on IS NULL
   WHERE t.id = p_task AND CASE
     WHEN EXISTS (SELECT FROM task_cycle_rule r WHERE r.task_id = t.id) THEN
       CASE WHEN EXISTS (SELECT FROM task_cycle_rule r WHERE r.task_id = t.id AND r.valid_from <= c.closes_on AND r.valid_to > c.closes_on) THEN c.task_id = t.id ELSE c.task_id IS NULL END
     WHEN t.has_own_cycles THEN c.task_id = t.id
     ELSE c.task_id IS NULL END
$$;

-- ---------------------------------------------------------------- sign-for and objections

CREATE TABLE "sign_for" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "signed_by_id" INTEGER NOT NULL,
    "signed_by_words" TEXT NOT NULL,
    "signed_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "sign_for_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "sign_for_plan_id_unit_id_key" ON "sign_for"("plan_id", "unit_id");
CREATE INDEX "sign_for_unit_id_idx" ON "sign_for"("unit_id");
ALTER TABLE "sign_for" ADD CONSTRAINT "sign_for_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "sign_for_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "sign_for_signed_by_id_fkey" FOREIGN KEY ("signed_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "objection" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "ground" "objection_ground" NOT NULL,
    "reason" TEXT NOT NULL,
    "status" "objection_status" NOT NULL DEFAULT 'OPEN',
    "raised_by_id" INTEGER NOT NULL,
    "raised_on" DATE NOT NULL,
    "decided_by_id" INTEGER,
    "decided_on" DATE,
    "decision_note" TEXT NOT NULL DEFAULT '',
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "objection_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "objection_decided" CHECK (("status" = 'OPEN') = ("decided_on" IS NULL))
);
CREATE UNIQUE INDEX objection_one_open ON objection (task_id, unit_id) WHERE status = 'OPEN';
CREATE INDEX "objection_task_id_idx" ON "objection"("task_id");
CREATE INDEX "objection_unit_id_idx" ON "objection"("unit_id");
ALTER TABLE "objection" ADD CONSTRAINT "objection_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "objection_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "objection_raised_by_id_fkey" FOREIGN KEY ("raised_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "objection_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ---------------------------------------------------------------- inside a unit

CREATE TABLE "unit_paper" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "kind" "paper_kind" NOT NULL,
    "status" "paper_status" NOT NULL DEFAULT 'WAITING',
    "input" JSONB NOT NULL,
    "written_by_id" INTEGER NOT NULL,
    "written_on" DATE NOT NULL,
    "written_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "held_by_id" INTEGER NOT NULL,
    "decided_by_id" INTEGER,
    "decided_on" DATE,
    "decision_note" TEXT NOT NULL DEFAULT '',
    "report_id" INTEGER,
    "extension_id" INTEGER,
    "idempotency_key" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "unit_paper_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "unit_paper_decided" CHECK (("status" = 'WAITING') = ("decided_on" IS NULL))
);
CREATE UNIQUE INDEX "unit_paper_idempotency_key_key" ON "unit_paper"("idempotency_key");
CREATE INDEX "unit_paper_unit_id_status_idx" ON "unit_paper"("unit_id", "status");
CREATE INDEX "unit_paper_task_id_idx" ON "unit_paper"("task_id");
ALTER TABLE "unit_paper" ADD CONSTRAINT "unit_paper_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "unit_paper_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "unit_paper_written_by_id_fkey" FOREIGN KEY ("written_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "unit_paper_held_by_id_fkey" FOREIGN KEY ("held_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "unit_paper_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "unit_paper_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "progress_report"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "unit_paper_extension_id_fkey" FOREIGN KEY ("extension_id") REFERENCES "extension"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "task_handler" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "account_id" INTEGER NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE NOT NULL DEFAULT '9999-12-31'::date,
    "set_by_id" INTEGER NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "task_handler_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "task_handler_days" CHECK ("valid_from" <= "valid_to")
);
CREATE UNIQUE INDEX task_handler_one ON task_handler (task_id, unit_id) WHERE valid_to = '9999-12-31';
CREATE INDEX "task_handler_account_id_idx" ON "task_handler"("account_id");
ALTER TABLE "task_handler" ADD CONSTRAINT "task_handler_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "task_handler_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "task_handler_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "task_handler_set_by_id_fkey" FOREIGN KEY ("set_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ---------------------------------------------------------------- evidence, opinions and questions on a report

CREATE TABLE "evidence" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "kind" "evidence_kind" NOT NULL,
    "title" TEXT NOT NULL,
    "media_type" TEXT NOT NULL DEFAULT '',
    "sha256" TEXT NOT NULL DEFAULT '',
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "url" TEXT NOT NULL DEFAULT '',
    "doc_number" TEXT NOT NULL DEFAULT '',
    "issuer" TEXT NOT NULL DEFAULT '',
    "signed_on" DATE,
    "task_id" INTEGER,
    "slip_id" INTEGER,
    "unit_id" INTEGER,
    "uploaded_by_id" INTEGER NOT NULL,
    "uploaded_on" DATE NOT NULL,
    "uploaded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "discarded_at" TIMESTAMPTZ(6),
    CONSTRAINT "evidence_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "evidence_of_its_kind" CHECK (CASE WHEN "kind" = 'FILE' THEN "sha256" ~ '^[0-9a-f]{64}$' AND "bytes" > 0 AND "url" = '' ELSE "sha256" = '' AND "url" <> '' END)
);
CREATE INDEX "evidence_task_id_idx" ON "evidence"("task_id");
CREATE INDEX "evidence_slip_id_idx" ON "evidence"("slip_id");
CREATE INDEX "evidence_sha256_idx" ON "evidence"("sha256");
CREATE INDEX "evidence_uploaded_by_id_idx" ON "evidence"("uploaded_by_id");

CREATE TABLE "colead_opinion" (
    "id" SERIAL NOT NULL,
    "report_id" INTEGER NOT NULL,
    "report_version" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "agrees" BOOLEAN NOT NULL,
    "words" TEXT NOT NULL DEFAULT '',
    "given_by_id" INTEGER NOT NULL,
    "given_by_words" TEXT NOT NULL,
    "given_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "colead_opinion_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "colead_opinion_report_id_idx" ON "colead_opinion"("report_id");
ALTER TABLE "colead_opinion" ADD CONSTRAINT "colead_opinion_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "progress_report"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "colead_opinion_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "colead_opinion_given_by_id_fkey" FOREIGN KEY ("given_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "review_message" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "report_id" INTEGER,
    "unit_id" INTEGER,
    "author_id" INTEGER NOT NULL,
    "author_words" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "written_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "idempotency_key" TEXT NOT NULL,
    CONSTRAINT "review_message_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "review_message_idempotency_key_key" ON "review_message"("idempotency_key");
CREATE INDEX "review_message_task_id_idx" ON "review_message"("task_id");
ALTER TABLE "review_message" ADD CONSTRAINT "review_message_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "review_message_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "progress_report"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "review_message_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ---------------------------------------------------------------- slips

CREATE TABLE "slip" (
    "id" SERIAL NOT NULL,
    "region_id" INTEGER NOT NULL,
    "owner_unit_id" INTEGER,
    "plan_id" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "tier" INTEGER NOT NULL,
    "tier_words" TEXT NOT NULL DEFAULT '',
    "status" "slip_status" NOT NULL DEFAULT 'DRAFT',
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "reply_working_days" INTEGER NOT NULL,
    "document_code" TEXT,
    "number_year" INTEGER,
    "number" INTEGER,
    "drafted_by_id" INTEGER NOT NULL,
    "drafted_on" DATE NOT NULL,
    "held_by_id" INTEGER NOT NULL,
    "checked_by_id" INTEGER,
    "checked_on" DATE,
    "issued_by_id" INTEGER,
    "issued_on" DATE,
    "reply_due_on" DATE,
    "signed_for_on" DATE,
    "replied_on" DATE,
    "closed_on" DATE,
    "voided_on" DATE,
    "snapshot" JSONB NOT NULL DEFAULT '[]',
    "idempotency_key" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "slip_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "slip_tier" CHECK ("tier" BETWEEN 1 AND 3),
    CONSTRAINT "slip_numbered" CHECK (("number" IS NULL) = ("status" IN ('DRAFT', 'CHECKED', 'DISCARDED')) AND ("number" IS NULL) = ("issued_on" IS NULL)),
    CONSTRAINT "slip_reply_days" CHECK ("reply_working_days" BETWEEN 1 AND 60)
);
CREATE UNIQUE INDEX slip_number_once ON slip (region_id, coalesce(owner_unit_id, 0), number_year, number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX "slip_idempotency_key_key" ON "slip"("idempotency_key");
CREATE INDEX "slip_region_id_status_idx" ON "slip"("region_id", "status");
CREATE INDEX "slip_unit_id_status_idx" ON "slip"("unit_id", "status");
CREATE INDEX "slip_plan_id_idx" ON "slip"("plan_id");
ALTER TABLE "slip" ADD CONSTRAINT "slip_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "slip_owner_unit_id_fkey" FOREIGN KEY ("owner_unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "slip_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "slip_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The last number given out, per issuing office and year: the row is locked by whoever issues.
CREATE TABLE "slip_number" (
    "region_id" INTEGER NOT NULL,
    "owner_unit_id" INTEGER NOT NULL DEFAULT 0,
    "year" INTEGER NOT NULL,
    "last" INTEGER NOT NULL,
    CONSTRAINT "slip_number_pkey" PRIMARY KEY ("region_id", "owner_unit_id", "year")
);

CREATE TABLE "slip_task" (
    "slip_id" INTEGER NOT NULL,
    "task_id" INTEGER NOT NULL,
    "sort_order" INTEGER NOT NULL,
    CONSTRAINT "slip_task_pkey" PRIMARY KEY ("slip_id", "task_id")
);
CREATE INDEX "slip_task_task_id_idx" ON "slip_task"("task_id");
ALTER TABLE "slip_task" ADD CONSTRAINT "slip_task_slip_id_fkey" FOREIGN KEY ("slip_id") REFERENCES "slip"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "slip_task_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "slip_event" (
    "id" SERIAL NOT NULL,
    "slip_id" INTEGER NOT NULL,
    "step" "slip_step" NOT NULL,
    "actor_id" INTEGER,
    "actor_words" TEXT NOT NULL,
    "unit_id" INTEGER,
    "text" TEXT NOT NULL DEFAULT '',
    "evidence_ids" UUID[] NOT NULL DEFAULT '{}',
    "effective_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "payload" JSONB NOT NULL DEFAULT '{}',
    CONSTRAINT "slip_event_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "slip_event_slip_id_idx" ON "slip_event"("slip_id");
CREATE INDEX slip_event_evidence ON slip_event USING gin (evidence_ids);
ALTER TABLE "slip_event" ADD CONSTRAINT "slip_event_slip_id_fkey" FOREIGN KEY ("slip_id") REFERENCES "slip"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "slip_event_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "evidence_slip_id_fkey" FOREIGN KEY ("slip_id") REFERENCES "slip"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "evidence_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "evidence_uploaded_by_id_fkey" FOREIGN KEY ("uploaded_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ---------------------------------------------------------------- reminders and the daily run

CREATE TABLE "notice" (
    "id" BIGSERIAL NOT NULL,
    "account_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL DEFAULT '',
    "href" TEXT NOT NULL,
    "task_id" INTEGER,
    "slip_id" INTEGER,
    "effective_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "read_at" TIMESTAMPTZ(6),
    "settled_at" TIMESTAMPTZ(6),
    CONSTRAINT "notice_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "notice_account_id_key_key" ON "notice"("account_id", "key");
CREATE INDEX "notice_account_id_id_idx" ON "notice"("account_id", "id");
CREATE INDEX notice_unread ON notice (account_id) WHERE read_at IS NULL;
CREATE INDEX "notice_task_id_idx" ON "notice"("task_id");
CREATE INDEX "notice_effective_on_idx" ON "notice"("effective_on");
ALTER TABLE "notice" ADD CONSTRAINT "notice_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "notice_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "notice_slip_id_fkey" FOREIGN KEY ("slip_id") REFERENCES "slip"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "digest" (
    "id" SERIAL NOT NULL,
    "channel" "digest_channel" NOT NULL,
    "account_id" INTEGER,
    "region_id" INTEGER,
    "effective_on" DATE NOT NULL,
    "status" "digest_status" NOT NULL DEFAULT 'PENDING',
    "address" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "notice_count" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT NOT NULL DEFAULT '',
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(6),
    CONSTRAINT "digest_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "digest_of_one" CHECK (num_nonnulls("account_id", "region_id") = 1)
);
CREATE UNIQUE INDEX digest_once ON digest (channel, coalesce(account_id, 0), coalesce(region_id, 0), effective_on);
CREATE INDEX "digest_effective_on_idx" ON "digest"("effective_on");
ALTER TABLE "digest" ADD CONSTRAINT "digest_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "digest_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "job_run" (
    "id" SERIAL NOT NULL,
    "job" TEXT NOT NULL,
    "effective_on" DATE NOT NULL,
    "trigger" "job_trigger" NOT NULL,
    "status" "job_status" NOT NULL DEFAULT 'RUNNING',
    "process" TEXT NOT NULL DEFAULT '',
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(6),
    "words" TEXT NOT NULL DEFAULT '',
    "counts" JSONB NOT NULL DEFAULT '{}',
    CONSTRAINT "job_run_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "job_run_job_effective_on_idx" ON "job_run"("job", "effective_on");

-- ---------------------------------------------------------------- append-only records and rights of the application role

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['dated_setting', 'sign_for', 'colead_opinion', 'review_message', 'slip_event'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t || '_append_only', t);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t || '_no_truncate', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON dated_setting, sign_for, colead_opinion, review_message, slip_event, slip_task TO ledger_app;
GRANT SELECT, INSERT, UPDATE ON task_cycle_rule, objection, unit_paper, task_handler, evidence, slip, slip_number, notice, digest, job_run TO ledger_app;
-- The tasks of a draft slip may change until it is issued.
GRANT DELETE ON slip_task TO ledger_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ledger_app;
