-- Reminders: what is told by time belongs to a plan and is about one thing; what a digest has taken up is not taken up again.

-- Set by the daily run alone. item: what the notice is about (task:45:2022-09-30), of which the newest threshold passed is told and the ones before are settled.
ALTER TABLE notice ADD COLUMN "plan_id" INTEGER REFERENCES plan(id) ON DELETE RESTRICT ON UPDATE CASCADE, ADD COLUMN "item" TEXT, ADD COLUMN "digest_id" INTEGER REFERENCES digest(id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE notice ADD CONSTRAINT notice_by_time CHECK (("plan_id" IS NULL) = ("item" IS NULL));
CREATE INDEX notice_item ON notice (account_id, item) WHERE item IS NOT NULL;
CREATE INDEX notice_open_by_time ON notice (plan_id) WHERE settled_at IS NULL AND plan_id IS NOT NULL;
CREATE INDEX notice_undigested ON notice (effective_on, account_id) WHERE digest_id IS NULL;
-- The inbox, newest day first.
CREATE INDEX notice_by_day ON notice (account_id, effective_on, id);

-- The last try, so that a failed sending is tried again later and not at once by the process beside it.
ALTER TABLE digest ADD COLUMN "tried_at" TIMESTAMPTZ(6);
CREATE INDEX digest_pending ON digest (id) WHERE status = 'PENDING';
