import 'server-only';
import { readRowSchema } from '@/lib/imports/reading/reading.schema';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit } from '@/lib/server/events';
import { truncate } from '@/lib/text';
import {
  answeredNames,
  answerNames,
  answerWays,
  applyLeaderRule,
  askedFact,
  chosenNames,
  editCell,
  editFieldOf,
  fieldValue,
  groupKey,
  holdsName,
  isConfirmedByKind,
  isKeptWithKind,
  isLeaderQuestion,
  isNameQuestion,
  leaderChoices,
  namesInQuestion,
  type RowTools,
  replacedAlike,
  rereadDeadlines,
  splitNames,
  UnfitValue,
} from './draft.rules';
import {
  type AnswerDraftQuestionInput,
  type ApplyToAllInput,
  askedFactSchemas,
  type ConfirmKindInput,
  type DraftDocument,
  type EditField,
  type EditRowInput,
  type ExcludeRowInput,
  FIELD_LABELS,
  kindWords,
  LEADER_RULE_LABELS,
  LEADER_RULES,
  type LeaderRule,
  type NameDecision,
  type SetDocumentFactsInput,
  type SetLeaderRuleInput,
} from './draft.schema';
import {
  assertVersion,
  DraftChange,
  loadTools,
  lockDraft,
  type OpenDraft,
  openDraft,
  openDraftAt,
  type QuestionState,
  resolverOf,
  takeBackLast,
} from './draft-change.commands';
import { idOfKey, type StoredScope } from './name-scope.queries';
import { assertDecidable } from './names.commands';

const short = (text: string) => `“${truncate(text.replaceAll('\n', ' '), 60)}”`;
const settledBy = (value: string) => (value === '' ? '已改为空白' : `已改为${short(value)}`);
const rowsWords = (count: number) => (count > 1 ? `（共 ${count} 行）` : '');

/** A value that does not fit is a refusal in its own words. */
function fitting<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof UnfitValue) throw new AppError('invalid_state', error.message);
    throw error;
  }
}

async function save(tx: Tx, actor: Actor, draft: OpenDraft, change: DraftChange, words: string): Promise<void> {
  await change.save(tx, actor, words);
  await recordAudit(tx, actor, {
    kind: 'import.changed',
    subject: 'import',
    subjectId: draft.id,
    payload: { words: truncate(words, 500) },
  });
}

/** A row by its version; null: it already is as wanted. */
function rowForChange(
  draft: OpenDraft,
  input: { rowId: number; rowVersion: number },
  isDone: (row: OpenDraft['rows'][number]) => boolean,
  latest: (row: OpenDraft['rows'][number]) => Record<string, string>,
): number | null {
  const index = draft.rows.findIndex((row) => row.id === input.rowId);
  const row = draft.rows[index];
  if (!row) throw new AppError('not_found');
  if (isDone(row)) return null;
  if (row.version !== input.rowVersion)
    throw new AppError('conflict', undefined, { latest: { ...latest(row), version: String(row.version) } });
  return index;
}

/** One cell; cells merged with it go along. Refuses: not_found, invalid_state (closed; a value that the field cannot hold), conflict (stale row, with what stands now). */
export async function editRow(actor: Actor, input: EditRowInput): Promise<void> {
  await inTransaction(async (tx) => {
    const draft = await openDraftAt(tx, actor, input);
    const now = (row: OpenDraft['rows'][number]) => fieldValue(row.current, input.field);
    const index = rowForChange(
      draft,
      input,
      (row) => now(row) === input.value && isWritten(row.current, input.field),
      (row) => ({ value: now(row) }),
    );
    if (index === null) return;
    const row = draft.rows[index]!;
    const before = now(row);
    const tools = await loadTools(tx, draft);
    const edits = fitting(() => editCell(draft.rows, index, input.field, input.value, tools));
    const change = new DraftChange(draft);
    change.apply(edits, actor, () => settledBy(input.value));
    const words = `第${row.position}行 ${FIELD_LABELS[input.field]}：${short(before)} → ${short(input.value)}`;
    await save(tx, actor, draft, change, `${words}${rowsWords(edits.length)}`);
  });
}

/** A merged cell reads '' in a form, which is not the same as a cell printed empty. */
function isWritten(row: OpenDraft['rows'][number]['current'], field: EditField): boolean {
  return !field.endsWith('Raw') || row[field] !== null;
}

/** The same change in every row that reads `printed`; returns how many rows were changed. Refuses: not_found, invalid_state (closed; unfit value), conflict (no row reads so any more). */
export async function applyToAll(actor: Actor, input: ApplyToAllInput): Promise<number> {
  return inTransaction(async (tx) => {
    const draft = await openDraft(tx, actor, input.draftId);
    const { field, printed, value } = input;
    const reads = (wanted: string) =>
      draft.rows.flatMap(({ current }, index) =>
        isWritten(current, field) && fieldValue(current, field) === wanted ? [index] : [],
      );
    const found = printed === value ? [] : reads(printed);
    if (found.length === 0) {
      if (reads(value).length > 0) return 0;
      throw new AppError('conflict', '没有一行仍是原来的内容，可能已被他人更改。请对照最新内容。');
    }
    const tools = await loadTools(tx, draft);
    const edits = fitting(() => found.flatMap((index) => editCell(draft.rows, index, field, value, tools)));
    const change = new DraftChange(draft);
    change.apply(edits, actor, () => settledBy(value));
    const count = change.changedRows;
    await save(
      tx,
      actor,
      draft,
      change,
      `${FIELD_LABELS[field]}：${short(printed)} → ${short(value)}（共 ${count} 行）`,
    );
    return count;
  });
}

type Answering = {
  actor: Actor;
  input: AnswerDraftQuestionInput;
  draft: OpenDraft;
  change: DraftChange;
  tools: RowTools & { scope: StoredScope };
};

const KEPT_WORDS = '确认无误，按现有读法';

/** What an answer says for people; it stands with the question in the plan and in the report. */
function answerWords(
  input: AnswerDraftQuestionInput,
  { printed, isLeader }: { printed: string | null; isLeader: boolean },
  unitName: string | null,
): string | null {
  const remembered = input.isRemembered ? '，并记为其别名' : '';
  switch (input.way) {
    case 'keep':
      return KEPT_WORDS;
    case 'value':
      return isLeader ? LEADER_RULE_LABELS[ruleOf(input.value!)] : `确认为“${input.value}”`;
    case 'unit':
      return `即“${unitName}”${remembered}`;
    case 'new-unit':
      return `登记为新单位“${input.unitName ?? printed}”${input.unitName === null || input.unitName === printed ? '' : remembered}`;
    case 'no-unit':
      return '不是单位名称，按原文保留';
    case 'later':
      return null;
  }
}

/**
 * Returns how many questions were answered. A decision about a name holds for the whole draft. Refuses: not_found, invalid_state (closed; an answer that
 * does not fit the question), conflict (answered otherwise meanwhile, with that answer).
 */
export async function answerDraftQuestion(actor: Actor, input: AnswerDraftQuestionInput): Promise<number> {
  return inTransaction(async (tx) => {
    const draft = await openDraft(tx, actor, input.draftId);
    const question = draft.questions.find(({ id }) => id === input.questionId);
    if (!question) throw new AppError('not_found');
    if (!answerWays(question).includes(input.way))
      throw new AppError('invalid_state', '这个问题不能这样处理，请选择列出的方式之一。');
    const tools = await loadTools(tx, draft);
    const decision = decisionOf(question, input, draft, tools);
    const asked = { printed: question.printed, isLeader: isLeaderQuestion(question) };
    const words = answerWords(input, asked, decision?.kind === 'unit' ? decision.unitName : null);
    if (question.version !== input.questionVersion) {
      const isSame =
        input.way === 'later' ? question.isDeferred : question.status !== 'OPEN' && question.answer === words;
      if (isSame) return 0;
      throw new AppError('conflict', '该问题已由他人处理，您的答复没有保存。请对照已有答复。', {
        latest: { answer: question.answer ?? '', version: String(question.version) },
      });
    }
    const change = new DraftChange(draft);
    if (decision !== null) await decide(tx, draft, question, decision, change);
    else if (isNameQuestion(question)) change.undecideName(question.printed);
    const found = alikeQuestions(draft, question, input);
    const isOfField = decision === null && input.way === 'value';
    const alike = isOfField ? await takeValue(tx, { actor, input, draft, change, tools }, found) : found;
    const status = input.way === 'later' ? 'OPEN' : 'ANSWERED';
    for (const one of alike) change.answer(one, actor, { status, answer: words, isDeferred: input.way === 'later' });
    // Where the name was decided before, and the value does not fit, nothing holds any more.
    for (const one of found)
      if (!alike.includes(one) && one.status === 'ANSWERED')
        change.answer(one, actor, { status: 'OPEN', answer: null });
    await save(tx, actor, draft, change, changeWords(draft, question, words, alike.length));
    return alike.length;
  });
}

/**
 * All open questions of a kind are right as they were read; those put off or of rows left out stay open. Returns how many were answered.
 * Refuses: not_found, invalid_state (closed; a kind whose questions are answered one by one), conflict (stale version).
 */
export async function confirmKind(actor: Actor, { draftId, kind, version }: ConfirmKindInput): Promise<number> {
  return inTransaction(async (tx) => {
    const draft = await openDraft(tx, actor, draftId);
    if (!isConfirmedByKind(kind)) throw new AppError('invalid_state', '这一类问题需要逐条处理，不能一并确认。');
    const kept = questionsKeptWithKind(draft, kind);
    if (kept.length === 0) return 0;
    assertVersion(draft, version);
    const change = new DraftChange(draft);
    for (const question of kept) change.answer(question, actor, { status: 'ANSWERED', answer: KEPT_WORDS });
    await save(tx, actor, draft, change, `“${kindWords(kind)}”一类：${KEPT_WORDS}（共 ${kept.length} 处）`);
    return kept.length;
  });
}

function questionsKeptWithKind(draft: OpenDraft, kind: string): QuestionState[] {
  const rows = new Map(
    draft.rows.map(({ id, isExcluded, current }) => [id, { isExcluded, isBlank: current.text.trim() === '' }]),
  );
  const rowOf = ({ rowId }: QuestionState) => (rowId === null ? null : (rows.get(rowId) ?? null));
  return draft.questions.filter((question) => question.kind === kind && isKeptWithKind(question, rowOf(question)));
}

function changeWords(draft: OpenDraft, question: QuestionState, words: string | null, count: number): string {
  const position = draft.rows.find(({ id }) => id === question.rowId)?.position;
  const where = position === undefined ? '整份清单' : `第${position}行`;
  const many = count > 1 ? `（共 ${count} 处）` : '';
  return `${where} ${truncate(question.text, 80)}：${words ?? '留待以后确认'}${many}`;
}

/** A decision goes into the draft where it can be carried out. Refuses: invalid_state. */
async function decide(
  tx: Tx,
  draft: OpenDraft,
  question: QuestionState,
  decision: NameDecision,
  change: DraftChange,
): Promise<void> {
  const row = draft.rows.find(({ id }) => id === question.rowId);
  if (question.status !== 'OPEN' && row && !holdsName(row.current, decision.printed))
    throw new AppError('invalid_state', `这一行已不再写有“${decision.printed}”，请直接修改该栏。`);
  await assertDecidable(tx, draft, decision);
  change.decideName(decision);
}

/** What is said of a name is said of it in every row; else the question alone, or all open ones like it. */
function alikeQuestions(draft: OpenDraft, question: QuestionState, input: AnswerDraftQuestionInput): QuestionState[] {
  const isOfName = isNameQuestion(question);
  if (!isOfName && !input.isForAll) return [question];
  const key = groupKey(question);
  const rows = new Map(draft.rows.map((row) => [row.id, row]));
  const isMeant = (other: QuestionState) =>
    other.status === 'OPEN' || (isOfName && holdsName(rows.get(other.rowId!)!.current, question.printed!));
  return draft.questions.filter((other) => other.id === question.id || (groupKey(other) === key && isMeant(other)));
}

/** The value names several registered units: the printed words are not one name, and these take their place. */
function areSeveralUnits(draft: OpenDraft, tools: Answering['tools'], value: string): boolean {
  const { names } = tools.readUnits(value, 'responsible');
  const resolve = resolverOf(draft, tools.scope);
  return names.length > 1 && names.every((name) => resolve(name).kind !== 'unknown');
}

/** What an answer decides about a printed name; null: the answer is about something else. */
function decisionOf(
  question: QuestionState,
  input: AnswerDraftQuestionInput,
  draft: OpenDraft,
  tools: Answering['tools'],
): NameDecision | null {
  const { printed } = question;
  const { scope } = tools;
  if (printed === null) return null;
  const { isRemembered } = input;
  if (input.way === 'no-unit') return { kind: 'none', printed };
  if (input.way === 'new-unit')
    return { kind: 'new', printed, unitName: input.unitName ?? printed, unitKind: input.unitKind, isRemembered };
  if (input.way === 'unit') {
    const unit = scope.units.find(({ key }) => idOfKey(key) === input.unitId);
    if (!unit) throw new AppError('invalid_state', '所选单位不在本地区的单位库中，请重新选择。');
    return { kind: 'unit', printed, unitId: idOfKey(unit.key), unitName: unit.name, isRemembered };
  }
  if (input.way !== 'value' || !isNameQuestion(question)) return null;
  const found = resolverOf(draft, scope)(input.value!);
  if (found.kind === 'unit') {
    const unit = scope.units.find(({ key }) => key === found.unitKey)!;
    return { kind: 'unit', printed, unitId: idOfKey(unit.key), unitName: unit.name, isRemembered };
  }
  if (found.kind === 'collective') {
    const collective = scope.collectives.find(({ key }) => key === found.key)!;
    return { kind: 'collective', printed, collectiveId: idOfKey(collective.key), phrase: collective.phrase };
  }
  if (areSeveralUnits(draft, tools, input.value!)) return null;
  throw new AppError('invalid_state', `单位库中没有“${input.value}”。请选择已有单位，或登记为新单位。`);
}

/**
 * The fields that the questions are about get the value; a question that no field answers only gets the words. Returns the questions that are answered by it:
 * one whose row does not hold what the first one's answer replaces stays open. Refuses: invalid_state (the value fits nothing).
 */
async function takeValue(tx: Tx, answering: Answering, questions: QuestionState[]): Promise<QuestionState[]> {
  const { actor, input, draft, change, tools } = answering;
  const value = input.value!;
  const asked = questions.find(({ id }) => id === input.questionId)!;
  if (isLeaderQuestion(asked)) {
    dealByRule({ actor, draft, change }, ruleOf(value), null);
    return questions;
  }
  if (asked.rowId === null) {
    takeFact(answering, asked);
    return questions;
  }
  // Who leads where nobody does: no name of the row is in question.
  const isMissingLead = asked.field === 'lead' && asked.printed === null;
  if (unitFieldOf(asked) !== null && !isMissingLead) return takeNames(tx, answering, asked, questions);
  for (const question of questions) {
    const index = draft.rows.findIndex(({ id }) => id === question.rowId);
    const field = editFieldOf(question.field);
    if (field === null || index < 0) continue;
    const edits = fitting(() => editCell(draft.rows, index, field, value, tools));
    change.apply(edits, actor, () => settledBy(value));
  }
  return questions;
}

const unitFieldOf = ({ field }: QuestionState) => (field === 'lead' || field === 'responsible' ? field : null);

async function takeNames(
  tx: Tx,
  { actor, input, draft, change, tools }: Answering,
  asked: QuestionState,
  questions: QuestionState[],
): Promise<QuestionState[]> {
  const value = input.value!;
  const given = splitNames(value);
  const indexOf = new Map(draft.rows.map((row, index) => [row.id, index]));
  const namesOf = (question: QuestionState) =>
    namesInQuestion(draft.leadRule, draft.rows[indexOf.get(question.rowId!)!]!.current, unitFieldOf(question)!);
  const before = namesOf(asked);
  const isCandidate = asked.candidates.some((candidate) => candidate.value === value) && !isNameQuestion(asked);
  const readings = async () => [
    await namesAsRead(tx, draft, asked),
    ...asked.candidates.map((candidate) => splitNames(candidate.value)),
  ];
  const after = isCandidate
    ? chosenNames(before, given, await readings())
    : answeredNames(before, asked.printed, given);
  if (after === null) throw new AppError('invalid_state', `这一栏已不再写有“${asked.printed ?? ''}”，请直接修改该栏。`);
  const settled = new Set(questions.map(({ id }) => id));
  return questions.filter((question) => {
    const field = unitFieldOf(question);
    if (field === null) return false;
    // A row merged with one that was answered before already reads as it does.
    const names = namesOf(question);
    const wanted = JSON.stringify(names) === JSON.stringify(after) ? after : replacedAlike(before, after, names);
    if (wanted === null) return false;
    const open = change.openQuestionsOf(question.rowId).filter(({ id }) => !settled.has(id));
    const index = indexOf.get(question.rowId!)!;
    const edits = answerNames(draft.rows, index, field, wanted, open, tools);
    change.apply(edits, actor, () => settledBy(value));
    return true;
  });
}

/** The names of the question's field as the document was read. */
async function namesAsRead(tx: Tx, draft: OpenDraft, question: QuestionState): Promise<string[]> {
  const stored = await tx.importRow.findUniqueOrThrow({ where: { id: question.rowId! }, select: { read: true } });
  const { source: _source, ...read } = readRowSchema.parse(stored.read);
  // A rule that a person chose was not there yet.
  const rule = draft.leadRule.kind === 'unit' ? { kind: 'none', words: '' } : draft.leadRule;
  return namesInQuestion(rule, read, unitFieldOf(question)!);
}

/** An answer about a fact of the document changes that fact. */
function takeFact({ actor, input, draft, change }: Answering, question: QuestionState): void {
  const fact = askedFact(question);
  if (fact === null) {
    if (question.candidates.some(({ value }) => value === input.value))
      throw new AppError('invalid_state', '请在文件信息中填写。');
    return;
  }
  const parsed = askedFactSchemas[fact].safeParse(input.value);
  if (!parsed.success) throw new AppError('invalid_state', parsed.error.issues[0]!.message);
  changeFacts(draft, change, actor, { ...draft.document, [fact]: parsed.data });
  settleFact(draft, change, actor, fact, String(parsed.data ?? ''), question.id);
}

/** A fact that has been given answers every open question about it. */
function settleFact(
  draft: OpenDraft,
  change: DraftChange,
  actor: Actor,
  fact: string,
  value: string,
  exceptId: number | null,
): void {
  for (const question of draft.questions)
    if (question.id !== exceptId && question.status === 'OPEN' && askedFact(question) === fact)
      change.answer(question, actor, { status: 'RESOLVED', answer: settledBy(value) });
}

function ruleOf(value: string): LeaderRule {
  const rule = LEADER_RULES.find((known) => known === value || LEADER_RULE_LABELS[known] === value);
  if (!rule || rule === 'unit') throw new AppError('invalid_state', '请选择列出的牵头方式之一。');
  return rule;
}

function dealByRule(
  { actor, draft, change }: Pick<Answering, 'actor' | 'draft' | 'change'>,
  rule: LeaderRule,
  unitName: string | null,
): string {
  const label = rule === 'unit' ? `由“${unitName}”统一牵头，所列单位为责任单位` : LEADER_RULE_LABELS[rule];
  const to = {
    kind: rule,
    words: `${label}（${actor.displayName}选定）`,
    isChosen: true,
    ...(unitName === null ? {} : { unitName }),
  };
  const edits = applyLeaderRule(draft.rows, draft.leadRule, to);
  change.setLeadRule(to);
  change.apply(edits, actor, () => label);
  return label;
}

/** Who leads, for the whole list. Refuses: not_found, invalid_state (closed; a document that itself says who leads; unknown unit), conflict (stale version). */
export async function setLeaderRule(actor: Actor, input: SetLeaderRuleInput): Promise<void> {
  await inTransaction(async (tx) => {
    const draft = await openDraft(tx, actor, input.draftId);
    const { rule } = input;
    const unitName = rule === 'unit' ? input.unitName : null;
    if (draft.leadRule.kind === rule && (draft.leadRule.unitName ?? null) === unitName) return;
    assertVersion(draft, input.version);
    if (!leaderChoices(draft.leadRule).includes(rule))
      throw new AppError('invalid_state', '这份清单自己写明了由谁牵头，不能另行指定。');
    if (unitName !== null) {
      const { scope } = await loadTools(tx, draft);
      if (resolverOf(draft, scope)(unitName).kind !== 'unit')
        throw new AppError('invalid_state', `单位库中没有“${unitName}”，请填写单位库中的名称。`);
    }
    const change = new DraftChange(draft);
    const label = dealByRule({ actor, draft, change }, rule, unitName);
    for (const question of draft.questions)
      if (isLeaderQuestion(question)) change.answer(question, actor, { status: 'ANSWERED', answer: label });
    await save(tx, actor, draft, change, `整份清单的牵头单位：${label}${rowsWords(change.changedRows)}`);
  });
}

/** The row will not be committed. Refuses: not_found, invalid_state (closed), conflict (stale row). */
export async function excludeRow(actor: Actor, input: ExcludeRowInput): Promise<void> {
  await setExcluded(actor, input, true);
}

/** The row will be committed after all. Refuses: not_found, invalid_state (closed), conflict (stale row). */
export async function includeRow(actor: Actor, input: ExcludeRowInput): Promise<void> {
  await setExcluded(actor, input, false);
}

async function setExcluded(actor: Actor, input: ExcludeRowInput, isExcluded: boolean): Promise<void> {
  await inTransaction(async (tx) => {
    const draft = await openDraft(tx, actor, input.draftId);
    const index = rowForChange(
      draft,
      input,
      (row) => row.isExcluded === isExcluded,
      () => ({}),
    );
    if (index === null) return;
    const row = draft.rows[index]!;
    const change = new DraftChange(draft);
    change.exclude(row.id, isExcluded);
    await save(
      tx,
      actor,
      draft,
      change,
      `第${row.position}行 ${isExcluded ? '不导入' : '恢复导入'}：${short(row.current.text)}`,
    );
  });
}

const FACT_LABELS = {
  title: '清单名称',
  year: '年份',
  noticeTitle: '通知标题',
  issuer: '发文机关',
  docNumber: '文号',
  issuedOn: '发文日期',
} as const;
type Fact = keyof typeof FACT_LABELS;

/** Another year reads the dates anew that depend on it. */
function changeFacts(draft: OpenDraft, change: DraftChange, actor: Actor, after: DraftDocument): void {
  const before = draft.document;
  change.setDocument(after);
  const edits = before.year === after.year ? [] : rereadDeadlines(draft.rows, before.year, after.year);
  change.apply(edits, actor, () => `年份改为 ${after.year} 年后重新读取`);
}

/** Title, year, number, day. Refuses: not_found, invalid_state (closed), conflict (stale version). */
export async function setDocumentFacts(actor: Actor, input: SetDocumentFactsInput): Promise<void> {
  await inTransaction(async (tx) => {
    const draft = await openDraft(tx, actor, input.draftId);
    const before = draft.document;
    const after: DraftDocument = { ...before };
    const changed = (Object.keys(FACT_LABELS) as Fact[]).filter((fact) => before[fact] !== input[fact]);
    if (changed.length === 0) return;
    assertVersion(draft, input.version);
    for (const fact of changed) Object.assign(after, { [fact]: input[fact] });
    const change = new DraftChange(draft);
    changeFacts(draft, change, actor, after);
    for (const fact of changed) settleFact(draft, change, actor, fact, String(after[fact] ?? ''), null);
    const words = changed.map(
      (fact) => `${FACT_LABELS[fact]}：${short(String(before[fact] ?? ''))} → ${short(String(after[fact] ?? ''))}`,
    );
    await save(tx, actor, draft, change, `${words.join('；')}${rowsWords(change.changedRows)}`);
  });
}

/** Takes back the last change, whoever made it; returns its words. Refuses: not_found, invalid_state (closed; nothing to take back), conflict (stale version). */
export async function undoLast(actor: Actor, input: { draftId: number; version: number }): Promise<string> {
  return inTransaction(async (tx) => {
    assertVersion(await lockDraft(tx, actor, input.draftId), input.version);
    const draft = await openDraft(tx, actor, input.draftId);
    const undone = await takeBackLast(tx, draft);
    if (!undone) throw new AppError('invalid_state', '没有可以撤销的更改。');
    await recordAudit(tx, actor, {
      kind: 'import.undone',
      subject: 'import',
      subjectId: draft.id,
      payload: { sequence: undone.sequence, words: truncate(undone.words, 500) },
    });
    return undone.words;
  });
}
