-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "role" AS ENUM ('unit_reporter', 'unit_head', 'office', 'leader', 'admin');

-- CreateEnum
CREATE TYPE "region_level" AS ENUM ('city', 'district', 'zone');

-- CreateEnum
CREATE TYPE "plan_kind" AS ENUM ('TASK_LIST', 'ASSESSMENT');

-- CreateEnum
CREATE TYPE "plan_status" AS ENUM ('DRAFT', 'ACTIVE', 'ARCHIVED', 'WITHDRAWN');

-- CreateEnum
CREATE TYPE "cycle_kind" AS ENUM ('NONE', 'MONTHLY', 'QUARTERLY', 'CUSTOM');

-- CreateEnum
CREATE TYPE "task_state" AS ENUM ('NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW', 'COMPLETED', 'SUSTAINED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "task_unit_role" AS ENUM ('LEAD', 'RESPONSIBLE');

-- CreateEnum
CREATE TYPE "report_kind" AS ENUM ('PROGRESS', 'RESULT');

-- CreateEnum
CREATE TYPE "report_status" AS ENUM ('SUBMITTED', 'RETURNED', 'WITHDRAWN', 'ACCEPTED');

-- CreateEnum
CREATE TYPE "review_decision" AS ENUM ('ACCEPTED', 'RETURNED');

-- CreateEnum
CREATE TYPE "extension_status" AS ENUM ('REQUESTED', 'GRANTED', 'REFUSED');

-- CreateEnum
CREATE TYPE "question_status" AS ENUM ('OPEN', 'ANSWERED');

-- CreateEnum
CREATE TYPE "event_origin" AS ENUM ('LIVE', 'SEED', 'DEMO', 'BACKFILL');

-- CreateEnum
CREATE TYPE "event_type" AS ENUM ('TASK_CREATED', 'REPORT_SUBMITTED', 'REPORT_WITHDRAWN', 'REPORT_RETURNED', 'REPORT_ACCEPTED', 'TASK_REOPENED', 'TASK_CANCELLED', 'TASK_RESTORED', 'EXTENSION_REQUESTED', 'EXTENSION_GRANTED', 'EXTENSION_REFUSED', 'DEADLINE_CORRECTED', 'TASK_REASSIGNED', 'ISSUE_LATENESS_DECIDED', 'COLEAD_AGREED', 'COLEAD_OBJECTED', 'NODE_DONE', 'BACKFILLED');

-- CreateEnum
CREATE TYPE "light" AS ENUM ('RED', 'YELLOW', 'GREEN', 'BLUE', 'NONE');

-- CreateEnum
CREATE TYPE "light_reason" AS ENUM ('OVERDUE', 'ISSUED_PAST_DUE', 'REPORTING_LAPSED', 'DUE_SOON', 'UNREPORTED', 'COMPLETED', 'SUSTAINED', 'NO_DEADLINE', 'ON_COURSE', 'CANCELLED', 'PLAN_NOT_ACTIVE');

-- CreateEnum
CREATE TYPE "outcome" AS ENUM ('ON_TIME', 'EXTENDED', 'LATE', 'NOT_ACHIEVED');

-- CreateEnum
CREATE TYPE "calendar_day_kind" AS ENUM ('HOLIDAY', 'WORKDAY');

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "region" (
    "id" SERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "level" "region_level" NOT NULL,
    "parent_id" INTEGER,

    CONSTRAINT "region_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "unit" (
    "id" SERIAL NOT NULL,
    "region_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "full_name" TEXT,
    "kind" TEXT NOT NULL,
    "parent_id" INTEGER,
    "divisions" TEXT[],
    "note" TEXT,
    "sort_order" INTEGER NOT NULL,
    "represents_region_id" INTEGER,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "unit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "unit_alias" (
    "id" SERIAL NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "unit_alias_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "unit_merge" (
    "id" SERIAL NOT NULL,
    "from_unit_id" INTEGER NOT NULL,
    "into_unit_id" INTEGER NOT NULL,
    "effective_on" DATE NOT NULL,
    "basis" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "unit_merge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "collective" (
    "id" SERIAL NOT NULL,
    "region_id" INTEGER NOT NULL,
    "phrase" TEXT NOT NULL,
    "parent_unit_id" INTEGER,
    "aliases" TEXT[],
    "note" TEXT,
    "members_known" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "collective_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "collective_member" (
    "id" SERIAL NOT NULL,
    "collective_id" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "plan_id" INTEGER,
    "valid_from" DATE NOT NULL DEFAULT '1900-01-01'::date,
    "valid_to" DATE NOT NULL DEFAULT '9999-12-31'::date,
    "basis" TEXT NOT NULL,

    CONSTRAINT "collective_member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plan" (
    "id" SERIAL NOT NULL,
    "slug" TEXT,
    "kind" "plan_kind" NOT NULL,
    "region_id" INTEGER NOT NULL,
    "owner_unit_id" INTEGER,
    "title" TEXT NOT NULL,
    "notice_title" TEXT,
    "issuer" TEXT,
    "doc_number" TEXT,
    "year" INTEGER NOT NULL,
    "issued_on" DATE,
    "level" TEXT NOT NULL,
    "anomalies" TEXT[],
    "status" "plan_status" NOT NULL DEFAULT 'DRAFT',
    "effective_from" DATE,
    "effective_basis" TEXT,
    "archived_on" DATE,
    "cycle_kind" "cycle_kind" NOT NULL DEFAULT 'MONTHLY',
    "cycle_closing_day" INTEGER,
    "grace_working_days" INTEGER NOT NULL DEFAULT 5,
    "due_soon_days" INTEGER NOT NULL DEFAULT 15,
    "printed_total" DECIMAL(8,2),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source_document" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "file_name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "content" BYTEA NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "source_document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source_cell" (
    "id" SERIAL NOT NULL,
    "document_id" INTEGER NOT NULL,
    "row_number" INTEGER NOT NULL,
    "field" TEXT NOT NULL,
    "raw" TEXT,
    "task_id" INTEGER,
    "assessment_row_id" INTEGER,

    CONSTRAINT "source_cell_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_area" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "sort_order" INTEGER NOT NULL,
    "heading" TEXT NOT NULL,

    CONSTRAINT "policy_area_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "measure" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "area_id" INTEGER,
    "sort_order" INTEGER NOT NULL,
    "heading" TEXT NOT NULL,

    CONSTRAINT "measure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "work_group" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "sort_order" INTEGER NOT NULL,
    "unit_id" INTEGER,

    CONSTRAINT "work_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "region_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "sort_order" INTEGER NOT NULL,
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
    "original_due_on" DATE,
    "due_on" DATE,
    "ongoing" BOOLEAN NOT NULL,
    "starts_at_once" BOOLEAN NOT NULL DEFAULT false,
    "deadline_note" TEXT,
    "recurrence" JSONB,
    "parts" JSONB,
    "inherited" TEXT[],
    "extra" JSONB,
    "has_own_cycles" BOOLEAN NOT NULL DEFAULT false,
    "state" "task_state" NOT NULL DEFAULT 'NOT_STARTED',
    "state_before" "task_state",
    "achieved_on" DATE,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "task_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task_unit" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "role" "task_unit_role" NOT NULL,
    "position" INTEGER NOT NULL,
    "printed" TEXT NOT NULL,
    "unit_id" INTEGER,
    "collective_id" INTEGER,
    "divisions" TEXT[],
    "co_unit_ids" INTEGER[],
    "is_by_office" BOOLEAN NOT NULL DEFAULT false,
    "valid_from" DATE NOT NULL DEFAULT '1900-01-01'::date,
    "valid_to" DATE NOT NULL DEFAULT '9999-12-31'::date,

    CONSTRAINT "task_unit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "sort_order" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "due_on" DATE NOT NULL,
    "unit_id" INTEGER,
    "done_on" DATE,

    CONSTRAINT "node_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cycle" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "task_id" INTEGER,
    "label" TEXT NOT NULL,
    "starts_on" DATE NOT NULL,
    "closes_on" DATE NOT NULL,
    "grace_ends_on" DATE NOT NULL,

    CONSTRAINT "cycle_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "calendar_year" (
    "year" INTEGER NOT NULL,
    "is_published" BOOLEAN NOT NULL,

    CONSTRAINT "calendar_year_pkey" PRIMARY KEY ("year")
);

-- CreateTable
CREATE TABLE "calendar_day" (
    "day" DATE NOT NULL,
    "kind" "calendar_day_kind" NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "calendar_day_pkey" PRIMARY KEY ("day")
);

-- CreateTable
CREATE TABLE "indicator" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "parent_id" INTEGER,
    "sort_order" INTEGER NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "indicator_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "assessment_row" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "row" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "indicator_id" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "points" DECIMAL(8,2) NOT NULL,
    "scoring" TEXT NOT NULL,
    "lead_raw" TEXT,
    "responsible_raw" TEXT,
    "deadline_raw" TEXT,
    "due_on" DATE,
    "ongoing" BOOLEAN NOT NULL,
    "deadline_note" TEXT,
    "inherited" TEXT[],

    CONSTRAINT "assessment_row_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "assessment_unit" (
    "id" SERIAL NOT NULL,
    "assessment_row_id" INTEGER NOT NULL,
    "role" "task_unit_role" NOT NULL,
    "position" INTEGER NOT NULL,
    "printed" TEXT NOT NULL,
    "unit_id" INTEGER,
    "collective_id" INTEGER,
    "divisions" TEXT[],
    "co_unit_ids" INTEGER[],

    CONSTRAINT "assessment_unit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "question" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "task_id" INTEGER,
    "assessment_row_id" INTEGER,
    "position" INTEGER NOT NULL,
    "field" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "status" "question_status" NOT NULL DEFAULT 'OPEN',
    "answer" TEXT,
    "answered_by_id" INTEGER,
    "answered_at" TIMESTAMPTZ(6),
    "answered_on" DATE,

    CONSTRAINT "question_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" SERIAL NOT NULL,
    "username" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "must_change_password" BOOLEAN NOT NULL DEFAULT true,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "roles" "role"[],
    "unit_id" INTEGER,
    "region_id" INTEGER,
    "scope_unit_id" INTEGER,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "password_changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account_work_group" (
    "account_id" INTEGER NOT NULL,
    "work_group_id" INTEGER NOT NULL,

    CONSTRAINT "account_work_group_pkey" PRIMARY KEY ("account_id","work_group_id")
);

-- CreateTable
CREATE TABLE "sign_in_session" (
    "id" UUID NOT NULL,
    "account_id" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(6),

    CONSTRAINT "sign_in_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_attempt" (
    "id" SERIAL NOT NULL,
    "username" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "attempted_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "succeeded" BOOLEAN NOT NULL,
    "reason" TEXT NOT NULL,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "progress_report" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "cycle_id" INTEGER,
    "kind" "report_kind" NOT NULL,
    "is_by_lead" BOOLEAN NOT NULL,
    "status" "report_status" NOT NULL DEFAULT 'SUBMITTED',
    "current_version" INTEGER NOT NULL DEFAULT 1,
    "is_catch_up" BOOLEAN NOT NULL DEFAULT false,
    "is_backfill" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "progress_report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "report_version" (
    "id" SERIAL NOT NULL,
    "report_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "percent" INTEGER,
    "narrative" TEXT NOT NULL,
    "problems" TEXT NOT NULL DEFAULT '',
    "needs" TEXT NOT NULL DEFAULT '',
    "next_steps" TEXT NOT NULL DEFAULT '',
    "author_id" INTEGER NOT NULL,
    "signed_by_id" INTEGER,
    "submitted_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "effective_on" DATE NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "digest" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "report_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review" (
    "id" SERIAL NOT NULL,
    "report_id" INTEGER NOT NULL,
    "report_version" INTEGER NOT NULL,
    "decision" "review_decision" NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "reviewer_id" INTEGER NOT NULL,
    "is_own_unit" BOOLEAN NOT NULL DEFAULT false,
    "decided_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "effective_on" DATE NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "digest" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "extension" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "status" "extension_status" NOT NULL DEFAULT 'REQUESTED',
    "from_due_on" DATE NOT NULL,
    "to_due_on" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "requested_on" DATE NOT NULL,
    "requested_by_id" INTEGER NOT NULL,
    "decided_on" DATE,
    "decided_by_id" INTEGER,
    "decision_note" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "extension_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task_event" (
    "id" BIGSERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL DEFAULT 0,
    "type" "event_type" NOT NULL,
    "origin" "event_origin" NOT NULL DEFAULT 'LIVE',
    "effective_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" INTEGER,
    "actor_words" TEXT NOT NULL,
    "unit_id" INTEGER,
    "report_id" INTEGER,
    "report_version" INTEGER,
    "report_kind" "report_kind",
    "cycle_id" INTEGER,
    "is_by_lead" BOOLEAN,
    "review_id" INTEGER,
    "payload" JSONB NOT NULL DEFAULT '{}',
    "content_digest" TEXT NOT NULL DEFAULT '',
    "previous_hash" TEXT NOT NULL DEFAULT '',
    "hash" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "task_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task_chain" (
    "task_id" INTEGER NOT NULL,
    "event_count" INTEGER NOT NULL,
    "head_hash" TEXT NOT NULL,
    "last_effective_on" DATE NOT NULL,

    CONSTRAINT "task_chain_pkey" PRIMARY KEY ("task_id")
);

-- CreateTable
CREATE TABLE "chain_digest" (
    "id" SERIAL NOT NULL,
    "covers_on" DATE NOT NULL,
    "last_event_id" BIGINT NOT NULL,
    "event_count" BIGINT NOT NULL,
    "heads_digest" TEXT NOT NULL,
    "previous_digest" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chain_digest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "effective_on" DATE NOT NULL,
    "actor_id" INTEGER,
    "actor_words" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "subject_id" INTEGER,
    "is_refusal" BOOLEAN NOT NULL DEFAULT false,
    "payload" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task_standing" (
    "task_id" INTEGER NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "region_id" INTEGER NOT NULL,
    "state" "task_state" NOT NULL,
    "light" "light" NOT NULL,
    "reason" "light_reason" NOT NULL,
    "due_on" DATE,
    "clock_on" DATE,
    "achieved_on" DATE,
    "outcome" "outcome",
    "overdue_days_before" INTEGER NOT NULL,
    "missed_cycles" INTEGER NOT NULL,
    "missed_since_on" DATE,
    "is_rated" BOOLEAN NOT NULL,

    CONSTRAINT "task_standing_pkey" PRIMARY KEY ("task_id","valid_from")
);

-- CreateIndex
CREATE UNIQUE INDEX "region_code_key" ON "region"("code");

-- CreateIndex
CREATE INDEX "unit_region_id_sort_order_idx" ON "unit"("region_id", "sort_order");

-- CreateIndex
CREATE INDEX "unit_parent_id_idx" ON "unit"("parent_id");

-- CreateIndex
CREATE UNIQUE INDEX "unit_alias_unit_id_name_key" ON "unit_alias"("unit_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "unit_merge_from_unit_id_key" ON "unit_merge"("from_unit_id");

-- CreateIndex
CREATE INDEX "unit_merge_into_unit_id_idx" ON "unit_merge"("into_unit_id");

-- CreateIndex
CREATE INDEX "collective_region_id_idx" ON "collective"("region_id");

-- CreateIndex
CREATE INDEX "collective_member_collective_id_idx" ON "collective_member"("collective_id");

-- CreateIndex
CREATE INDEX "collective_member_unit_id_idx" ON "collective_member"("unit_id");

-- CreateIndex
CREATE UNIQUE INDEX "plan_slug_key" ON "plan"("slug");

-- CreateIndex
CREATE INDEX "plan_region_id_status_idx" ON "plan"("region_id", "status");

-- CreateIndex
CREATE INDEX "source_document_plan_id_idx" ON "source_document"("plan_id");

-- CreateIndex
CREATE INDEX "source_cell_task_id_idx" ON "source_cell"("task_id");

-- CreateIndex
CREATE UNIQUE INDEX "source_cell_document_id_row_number_field_key" ON "source_cell"("document_id", "row_number", "field");

-- CreateIndex
CREATE UNIQUE INDEX "policy_area_plan_id_sort_order_key" ON "policy_area"("plan_id", "sort_order");

-- CreateIndex
CREATE UNIQUE INDEX "measure_plan_id_sort_order_key" ON "measure"("plan_id", "sort_order");

-- CreateIndex
CREATE UNIQUE INDEX "work_group_plan_id_name_key" ON "work_group"("plan_id", "name");

-- CreateIndex
CREATE INDEX "task_region_id_idx" ON "task"("region_id");

-- CreateIndex
CREATE INDEX "task_area_id_idx" ON "task"("area_id");

-- CreateIndex
CREATE INDEX "task_measure_id_idx" ON "task"("measure_id");

-- CreateIndex
CREATE INDEX "task_work_group_id_idx" ON "task"("work_group_id");

-- CreateIndex
CREATE UNIQUE INDEX "task_plan_id_sort_order_key" ON "task"("plan_id", "sort_order");

-- CreateIndex
CREATE INDEX "task_unit_unit_id_role_task_id_idx" ON "task_unit"("unit_id", "role", "task_id");

-- CreateIndex
CREATE INDEX "task_unit_collective_id_idx" ON "task_unit"("collective_id");

-- CreateIndex
CREATE UNIQUE INDEX "task_unit_task_id_role_position_valid_from_key" ON "task_unit"("task_id", "role", "position", "valid_from");

-- CreateIndex
CREATE UNIQUE INDEX "node_task_id_sort_order_key" ON "node"("task_id", "sort_order");

-- CreateIndex
CREATE INDEX "cycle_plan_id_closes_on_idx" ON "cycle"("plan_id", "closes_on");

-- CreateIndex
CREATE INDEX "cycle_task_id_idx" ON "cycle"("task_id");

-- CreateIndex
CREATE UNIQUE INDEX "indicator_plan_id_sort_order_key" ON "indicator"("plan_id", "sort_order");

-- CreateIndex
CREATE UNIQUE INDEX "assessment_row_plan_id_row_key" ON "assessment_row"("plan_id", "row");

-- CreateIndex
CREATE INDEX "assessment_unit_unit_id_idx" ON "assessment_unit"("unit_id");

-- CreateIndex
CREATE UNIQUE INDEX "assessment_unit_assessment_row_id_role_position_key" ON "assessment_unit"("assessment_row_id", "role", "position");

-- CreateIndex
CREATE INDEX "question_plan_id_idx" ON "question"("plan_id");

-- CreateIndex
CREATE INDEX "question_task_id_idx" ON "question"("task_id");

-- CreateIndex
CREATE UNIQUE INDEX "account_username_key" ON "account"("username");

-- CreateIndex
CREATE INDEX "account_unit_id_idx" ON "account"("unit_id");

-- CreateIndex
CREATE INDEX "account_region_id_idx" ON "account"("region_id");

-- CreateIndex
CREATE INDEX "sign_in_session_account_id_idx" ON "sign_in_session"("account_id");

-- CreateIndex
CREATE INDEX "sign_in_attempt_username_attempted_at_idx" ON "sign_in_attempt"("username", "attempted_at");

-- CreateIndex
CREATE INDEX "sign_in_attempt_address_attempted_at_idx" ON "sign_in_attempt"("address", "attempted_at");

-- CreateIndex
CREATE INDEX "progress_report_task_id_idx" ON "progress_report"("task_id");

-- CreateIndex
CREATE INDEX "progress_report_unit_id_idx" ON "progress_report"("unit_id");

-- CreateIndex
CREATE INDEX "progress_report_cycle_id_idx" ON "progress_report"("cycle_id");

-- CreateIndex
CREATE UNIQUE INDEX "report_version_idempotency_key_key" ON "report_version"("idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "report_version_report_id_version_key" ON "report_version"("report_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "review_idempotency_key_key" ON "review"("idempotency_key");

-- CreateIndex
CREATE INDEX "review_report_id_idx" ON "review"("report_id");

-- CreateIndex
CREATE UNIQUE INDEX "extension_task_id_number_key" ON "extension"("task_id", "number");

-- CreateIndex
CREATE INDEX "task_event_report_id_idx" ON "task_event"("report_id");

-- CreateIndex
CREATE UNIQUE INDEX "task_event_task_id_sequence_key" ON "task_event"("task_id", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_subject_subject_id_idx" ON "audit_event"("subject", "subject_id");

-- CreateIndex
CREATE INDEX "task_standing_region_id_valid_to_valid_from_idx" ON "task_standing"("region_id", "valid_to", "valid_from");

-- CreateIndex
CREATE INDEX "task_standing_plan_id_valid_to_valid_from_idx" ON "task_standing"("plan_id", "valid_to", "valid_from");

-- AddForeignKey
ALTER TABLE "region" ADD CONSTRAINT "region_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "region"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unit" ADD CONSTRAINT "unit_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unit" ADD CONSTRAINT "unit_represents_region_id_fkey" FOREIGN KEY ("represents_region_id") REFERENCES "region"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unit" ADD CONSTRAINT "unit_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "unit"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unit_alias" ADD CONSTRAINT "unit_alias_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unit_merge" ADD CONSTRAINT "unit_merge_from_unit_id_fkey" FOREIGN KEY ("from_unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unit_merge" ADD CONSTRAINT "unit_merge_into_unit_id_fkey" FOREIGN KEY ("into_unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collective" ADD CONSTRAINT "collective_parent_unit_id_fkey" FOREIGN KEY ("parent_unit_id") REFERENCES "unit"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collective_member" ADD CONSTRAINT "collective_member_collective_id_fkey" FOREIGN KEY ("collective_id") REFERENCES "collective"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collective_member" ADD CONSTRAINT "collective_member_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collective_member" ADD CONSTRAINT "collective_member_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan" ADD CONSTRAINT "plan_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan" ADD CONSTRAINT "plan_owner_unit_id_fkey" FOREIGN KEY ("owner_unit_id") REFERENCES "unit"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source_document" ADD CONSTRAINT "source_document_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source_cell" ADD CONSTRAINT "source_cell_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "source_document"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source_cell" ADD CONSTRAINT "source_cell_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source_cell" ADD CONSTRAINT "source_cell_assessment_row_id_fkey" FOREIGN KEY ("assessment_row_id") REFERENCES "assessment_row"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_area" ADD CONSTRAINT "policy_area_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "measure" ADD CONSTRAINT "measure_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "measure" ADD CONSTRAINT "measure_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "policy_area"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "work_group" ADD CONSTRAINT "work_group_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "work_group" ADD CONSTRAINT "work_group_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task" ADD CONSTRAINT "task_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task" ADD CONSTRAINT "task_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "policy_area"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task" ADD CONSTRAINT "task_measure_id_fkey" FOREIGN KEY ("measure_id") REFERENCES "measure"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task" ADD CONSTRAINT "task_work_group_id_fkey" FOREIGN KEY ("work_group_id") REFERENCES "work_group"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task_unit" ADD CONSTRAINT "task_unit_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task_unit" ADD CONSTRAINT "task_unit_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task_unit" ADD CONSTRAINT "task_unit_collective_id_fkey" FOREIGN KEY ("collective_id") REFERENCES "collective"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node" ADD CONSTRAINT "node_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node" ADD CONSTRAINT "node_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cycle" ADD CONSTRAINT "cycle_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cycle" ADD CONSTRAINT "cycle_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "indicator" ADD CONSTRAINT "indicator_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "indicator" ADD CONSTRAINT "indicator_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "indicator"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_row" ADD CONSTRAINT "assessment_row_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_row" ADD CONSTRAINT "assessment_row_indicator_id_fkey" FOREIGN KEY ("indicator_id") REFERENCES "indicator"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_unit" ADD CONSTRAINT "assessment_unit_assessment_row_id_fkey" FOREIGN KEY ("assessment_row_id") REFERENCES "assessment_row"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_unit" ADD CONSTRAINT "assessment_unit_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_unit" ADD CONSTRAINT "assessment_unit_collective_id_fkey" FOREIGN KEY ("collective_id") REFERENCES "collective"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "question" ADD CONSTRAINT "question_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "question" ADD CONSTRAINT "question_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "question" ADD CONSTRAINT "question_assessment_row_id_fkey" FOREIGN KEY ("assessment_row_id") REFERENCES "assessment_row"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "question" ADD CONSTRAINT "question_answered_by_id_fkey" FOREIGN KEY ("answered_by_id") REFERENCES "account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_scope_unit_id_fkey" FOREIGN KEY ("scope_unit_id") REFERENCES "unit"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account_work_group" ADD CONSTRAINT "account_work_group_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account_work_group" ADD CONSTRAINT "account_work_group_work_group_id_fkey" FOREIGN KEY ("work_group_id") REFERENCES "work_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in_session" ADD CONSTRAINT "sign_in_session_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "progress_report" ADD CONSTRAINT "progress_report_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "progress_report" ADD CONSTRAINT "progress_report_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "progress_report" ADD CONSTRAINT "progress_report_cycle_id_fkey" FOREIGN KEY ("cycle_id") REFERENCES "cycle"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report_version" ADD CONSTRAINT "report_version_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "progress_report"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report_version" ADD CONSTRAINT "report_version_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review" ADD CONSTRAINT "review_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "progress_report"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review" ADD CONSTRAINT "review_reviewer_id_fkey" FOREIGN KEY ("reviewer_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "extension" ADD CONSTRAINT "extension_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task_event" ADD CONSTRAINT "task_event_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task_event" ADD CONSTRAINT "task_event_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "account"("id") ON DELETE SET NULL ON UPDATE CASCADE;
