-- Imports: an uploaded document, what was read of it, and what people decided, until it is committed as a plan.

CREATE TYPE "import_status" AS ENUM ('READING', 'UNREADABLE', 'REVIEW', 'COMMITTED', 'WITHDRAWN', 'DISCARDED');
CREATE TYPE "import_question_status" AS ENUM ('OPEN', 'ANSWERED', 'RESOLVED');

CREATE TABLE "import_draft" (
    "id" SERIAL NOT NULL,
    "status" "import_status" NOT NULL DEFAULT 'READING',
    "region_id" INTEGER NOT NULL,
    "owner_unit_id" INTEGER,
    "year" INTEGER,
    "file_name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "content" BYTEA NOT NULL,
    "uploaded_by_id" INTEGER,
    "uploaded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reading_token" UUID,
    "last_word_at" TIMESTAMPTZ(6),
    "progress" INTEGER NOT NULL DEFAULT 0,
    "progress_words" TEXT NOT NULL DEFAULT '',
    "failure" TEXT,
    "read_at" TIMESTAMPTZ(6),
    "document" JSONB,
    "read_document" JSONB,
    "lead_rule" JSONB,
    "notices" JSONB NOT NULL DEFAULT '[]',
    "left_over" JSONB NOT NULL DEFAULT '[]',
    "candidates" JSONB NOT NULL DEFAULT '[]',
    "chosen" INTEGER NOT NULL DEFAULT 0,
    "names" JSONB NOT NULL DEFAULT '{}',
    "base_plan_id" INTEGER,
    "plan_id" INTEGER,
    "closed_at" TIMESTAMPTZ(6),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "import_draft_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "import_row" (
    "id" SERIAL NOT NULL,
    "draft_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "read" JSONB NOT NULL,
    "current" JSONB NOT NULL,
    "is_excluded" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "matched_task_id" INTEGER,
    "change" JSONB,
    "decision" TEXT,

    CONSTRAINT "import_row_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "import_question" (
    "id" SERIAL NOT NULL,
    "draft_id" INTEGER NOT NULL,
    "row_id" INTEGER,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "printed" TEXT,
    "candidates" JSONB NOT NULL DEFAULT '[]',
    "status" "import_question_status" NOT NULL DEFAULT 'OPEN',
    "is_deferred" BOOLEAN NOT NULL DEFAULT false,
    "answer" TEXT,
    "answered_by_id" INTEGER,
    "answered_at" TIMESTAMPTZ(6),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "import_question_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "import_change" (
    "id" SERIAL NOT NULL,
    "draft_id" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "actor_id" INTEGER,
    "actor_words" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "words" TEXT NOT NULL,
    "before" JSONB NOT NULL,
    "after" JSONB NOT NULL,
    "is_undoable" BOOLEAN NOT NULL DEFAULT true,
    "undone_at" TIMESTAMPTZ(6),

    CONSTRAINT "import_change_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "import_draft_region_id_uploaded_at_idx" ON "import_draft"("region_id", "uploaded_at");
CREATE INDEX "import_draft_sha256_idx" ON "import_draft"("sha256");
CREATE INDEX "import_draft_base_plan_id_idx" ON "import_draft"("base_plan_id");
CREATE UNIQUE INDEX "import_draft_plan_id_key" ON "import_draft"("plan_id");
CREATE UNIQUE INDEX "import_row_draft_id_position_key" ON "import_row"("draft_id", "position");
CREATE INDEX "import_row_matched_task_id_idx" ON "import_row"("matched_task_id");
CREATE UNIQUE INDEX "import_question_draft_id_position_key" ON "import_question"("draft_id", "position");
CREATE INDEX "import_question_row_id_idx" ON "import_question"("row_id");
CREATE UNIQUE INDEX "import_change_draft_id_sequence_key" ON "import_change"("draft_id", "sequence");
-- The same file of a plan is recognised by its digest.
CREATE INDEX source_document_sha256 ON source_document (sha256);

ALTER TABLE "import_draft" ADD CONSTRAINT "import_draft_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "import_draft" ADD CONSTRAINT "import_draft_owner_unit_id_fkey" FOREIGN KEY ("owner_unit_id") REFERENCES "unit"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "import_draft" ADD CONSTRAINT "import_draft_uploaded_by_id_fkey" FOREIGN KEY ("uploaded_by_id") REFERENCES "account"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "import_draft" ADD CONSTRAINT "import_draft_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "import_draft" ADD CONSTRAINT "import_draft_base_plan_id_fkey" FOREIGN KEY ("base_plan_id") REFERENCES "plan"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "import_row" ADD CONSTRAINT "import_row_draft_id_fkey" FOREIGN KEY ("draft_id") REFERENCES "import_draft"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "import_row" ADD CONSTRAINT "import_row_matched_task_id_fkey" FOREIGN KEY ("matched_task_id") REFERENCES "task"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "import_question" ADD CONSTRAINT "import_question_draft_id_fkey" FOREIGN KEY ("draft_id") REFERENCES "import_draft"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "import_question" ADD CONSTRAINT "import_question_row_id_fkey" FOREIGN KEY ("row_id") REFERENCES "import_row"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "import_question" ADD CONSTRAINT "import_question_answered_by_id_fkey" FOREIGN KEY ("answered_by_id") REFERENCES "account"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "import_change" ADD CONSTRAINT "import_change_draft_id_fkey" FOREIGN KEY ("draft_id") REFERENCES "import_draft"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "import_change" ADD CONSTRAINT "import_change_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE import_draft
  ADD CONSTRAINT import_draft_progress CHECK (progress BETWEEN 0 AND 100),
  ADD CONSTRAINT import_draft_size CHECK (length(content) BETWEEN 1 AND 52428800),
  ADD CONSTRAINT import_draft_failure CHECK ((status = 'UNREADABLE') <= (failure IS NOT NULL)),
  ADD CONSTRAINT import_draft_read CHECK (status NOT IN ('REVIEW', 'COMMITTED', 'WITHDRAWN') OR document IS NOT NULL),
  ADD CONSTRAINT import_draft_committed CHECK ((status IN ('COMMITTED', 'WITHDRAWN')) = (plan_id IS NOT NULL));
ALTER TABLE import_question ADD CONSTRAINT import_question_answered CHECK ((status = 'OPEN') = (answered_at IS NULL));

-- What was uploaded and what was read of a row never changes.
CREATE FUNCTION keep_import_source() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the source of an import does not change' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER import_draft_source BEFORE UPDATE ON import_draft FOR EACH ROW
  WHEN ((OLD.content, OLD.sha256, OLD.file_name) IS DISTINCT FROM (NEW.content, NEW.sha256, NEW.file_name)) EXECUTE FUNCTION keep_import_source();
CREATE TRIGGER import_row_source BEFORE UPDATE ON import_row FOR EACH ROW
  WHEN (OLD.read IS DISTINCT FROM NEW.read) EXECUTE FUNCTION keep_import_source();
CREATE TRIGGER import_change_source BEFORE UPDATE ON import_change FOR EACH ROW
  WHEN ((OLD.words, OLD.before, OLD.after, OLD.actor_id, OLD.recorded_at) IS DISTINCT FROM (NEW.words, NEW.before, NEW.after, NEW.actor_id, NEW.recorded_at)) EXECUTE FUNCTION keep_import_source();

-- Rows and questions go when the document is read again, and questions when the change that raised them is taken back.
GRANT SELECT, INSERT, UPDATE ON import_draft, import_row, import_question, import_change TO ledger_app;
GRANT DELETE ON import_row, import_question TO ledger_app;
GRANT USAGE, SELECT ON SEQUENCE import_draft_id_seq, import_row_id_seq, import_question_id_seq, import_change_id_seq TO ledger_app;
