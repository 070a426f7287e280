-- Which form said what: a form sent twice is one deed, but a key that comes again with other words (the browser's Back, then a change) is another form.
CREATE TABLE sent_form (
  "account_id" INTEGER NOT NULL REFERENCES account(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  "form_key" TEXT NOT NULL CHECK (length(form_key) <= 64),
  "sha256" TEXT NOT NULL,
  "sent_at" TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  PRIMARY KEY ("account_id", "form_key")
);
CREATE INDEX sent_form_sent_at ON sent_form (sent_at);
-- DELETE: the daily run forgets what is too old for any browser to bring back.
GRANT SELECT, INSERT, DELETE ON sent_form TO ledger_app;
