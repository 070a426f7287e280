import { z } from 'zod';
import { listDeadlineSchema } from '@/lib/imports/list.schema';

/** What reading one document gives (format of a draft): rows as the form of seeds/lists/*.json without flags, and every doubt as a question. */

export const candidateSchema = z.object({ value: z.string(), why: z.string() });

export const readQuestionSchema = z.object({
  /** One of QuestionKind. */
  kind: z.string(),
  /** One of QuestionField. */
  field: z.string(),
  /** Index into `rows`; null: the document. */
  row: z.int().min(0).nullable(),
  /** Chinese, for people; without the field's name in front. */
  text: z.string().min(1),
  place: z.string(),
  printed: z.string().nullable(),
  candidates: z.array(candidateSchema),
});

/** A row as it stands in the source, for the pane beside it. */
export const rowSourceSchema = z.object({
  place: z.string(),
  cells: z.array(z.object({ heading: z.string(), text: z.string(), isInherited: z.boolean() })),
});

export const readRowSchema = z.object({
  /** The printed number; null where none is printed or it cannot be read (asked about). */
  seq: z.int().min(0).nullable(),
  section: z.string().nullable(),
  measure: z.string().nullable(),
  indicator1: z.string().nullable(),
  indicator2: z.string().nullable(),
  text: z.string(),
  points: z.number().nullable(),
  scoring: z.string().nullable(),
  group: z.string().nullable(),
  /** As printed; null: merged with the cell above; '': printed empty. */
  leadRaw: z.string().nullable(),
  responsibleRaw: z.string().nullable(),
  deadlineRaw: z.string().nullable(),
  lead: z.array(z.string()),
  responsible: z.array(z.string()),
  deadline: listDeadlineSchema,
  extra: z.record(z.string(), z.string().nullable()),
  inherited: z.array(z.string()),
  source: rowSourceSchema,
});

export const readDocumentSchema = z.object({
  source: z.string(),
  kind: z.enum(['task-list', 'assessment']),
  title: z.string().nullable(),
  noticeTitle: z.string().nullable(),
  issuer: z.string().nullable(),
  docNumber: z.string().nullable(),
  year: z.int().nullable(),
  issuedOn: z.string().nullable(),
  /** Name as in the registry, or as the title prints it where the registry has no such region. */
  region: z.string().nullable(),
  regionCode: z.string().nullable(),
  level: z.enum(['city', 'district', 'bureau']).nullable(),
  /** The bureau whose own list this is, by its name in the registry. */
  ownerUnitName: z.string().nullable(),
  printedTotal: z.number().nullable(),
});

export const readingSchema = z.object({
  document: readDocumentSchema,
  /** How it was decided who leads, in words, and the rule. */
  leadRule: z.object({
    kind: z.enum(['lead-column', 'responsible-leads', 'first', 'before-first-comma', 'asked']),
    words: z.string(),
  }),
  rows: z.array(readRowSchema),
  questions: z.array(readQuestionSchema),
  leftOver: z.array(z.object({ place: z.string(), text: z.string() })),
  /** What the reading did that a person should know, without having to decide anything. */
  notices: z.array(z.string()),
  /** The lists the document may hold; `chosen` is the one read. */
  candidates: z.array(z.object({ words: z.string(), place: z.string() })),
  chosen: z.int().min(0),
});

export type ReadQuestion = z.infer<typeof readQuestionSchema>;
export type ReadRow = z.infer<typeof readRowSchema>;
export type ReadDocument = z.infer<typeof readDocumentSchema>;
export type Reading = z.infer<typeof readingSchema>;
