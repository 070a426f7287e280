'use server';

import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { commitDraft, discardDraft, readAgain, restartReading, withdrawImport } from './draft.commands';
import {
  answerDraftQuestionSchema,
  applyToAllSchema,
  commitDraftSchema,
  confirmKindSchema,
  draftIdSchema,
  draftVersionSchema,
  editRowSchema,
  excludeRowSchema,
  readAgainSchema,
  setDocumentFactsSchema,
  setLeaderRuleSchema,
  withdrawImportSchema,
} from './draft.schema';
import {
  answerDraftQuestion,
  applyToAll,
  confirmKind,
  editRow,
  excludeRow,
  includeRow,
  setDocumentFacts,
  setLeaderRule,
  undoLast,
} from './draft-edit.commands';
import { readInBackground } from './reading.jobs';

/** Fields: draftId. */
export const restartReadingAction = formAction(
  draftIdSchema,
  async (actor, { draftId }) => {
    await restartReading(actor, draftId);
    readInBackground(draftId);
    redirect(`/imports/${draftId}`);
  },
  'import.read',
);

/** Fields: draftId, version, table?, regionCode?, year?, ownerUnitName?, isSure. */
export const readAgainAction = formAction(
  readAgainSchema,
  async (actor, input) => {
    await readAgain(actor, input);
    readInBackground(input.draftId);
    redirect(`/imports/${input.draftId}`);
  },
  'import.read',
);

/** Fields: draftId, rowId, rowVersion, field, value. On a conflict `latest.value` is what stands now. */
export const editRowAction = formAction(
  editRowSchema,
  async (actor, input) => {
    await editRow(actor, input);
    refresh();
    return '已保存。';
  },
  'import.edit',
);

/** Fields: draftId, field, printed, value. */
export const applyToAllAction = formAction(
  applyToAllSchema,
  async (actor, input) => {
    const count = await applyToAll(actor, input);
    refresh();
    return count === 0 ? '已是所填内容，没有需要更改的行。' : `已更改 ${count} 行。`;
  },
  'import.edit',
);

/** Fields: draftId, questionId, questionVersion, way, value?, unitId?, unitName?, unitKind?, isRemembered, isForAll. On a conflict `latest.answer`. */
export const answerDraftQuestionAction = formAction(
  answerDraftQuestionSchema,
  async (actor, input) => {
    const count = await answerDraftQuestion(actor, input);
    refresh();
    return count > 1 ? `已一并处理 ${count} 处。` : '已保存。';
  },
  'import.answer',
);

/** Fields: draftId, version, kind. */
export const confirmKindAction = formAction(
  confirmKindSchema,
  async (actor, input) => {
    const count = await confirmKind(actor, input);
    refresh();
    return count === 0 ? '本类没有待确认的问题。' : `已确认 ${count} 处。`;
  },
  'import.answer',
);

/** Fields: draftId, version, rule, unitName?. */
export const setLeaderRuleAction = formAction(
  setLeaderRuleSchema,
  async (actor, input) => {
    await setLeaderRule(actor, input);
    refresh();
    return '已按所选方式确定牵头单位。';
  },
  'import.edit',
);

/** Fields: draftId, rowId, rowVersion. */
export const excludeRowAction = formAction(
  excludeRowSchema,
  async (actor, input) => {
    await excludeRow(actor, input);
    refresh();
    return '该行不导入。';
  },
  'import.edit',
);

/** Fields: draftId, rowId, rowVersion. */
export const includeRowAction = formAction(
  excludeRowSchema,
  async (actor, input) => {
    await includeRow(actor, input);
    refresh();
    return '该行恢复导入。';
  },
  'import.edit',
);

/** Fields: draftId, version, title, year, noticeTitle, issuer, docNumber, issuedOn. */
export const setDocumentFactsAction = formAction(
  setDocumentFactsSchema,
  async (actor, input) => {
    await setDocumentFacts(actor, input);
    refresh();
    return '文件信息已保存。';
  },
  'import.edit',
);

/** Fields: draftId, version. */
export const undoLastAction = formAction(
  draftVersionSchema,
  async (actor, input) => {
    const words = await undoLast(actor, input);
    refresh();
    return `已撤销：${words}`;
  },
  'import.edit',
);

/** Fields: draftId, version, confirmOpen. Goes to the plan. */
export const commitDraftAction = formAction(
  commitDraftSchema,
  async (actor, input) => {
    const planId = await commitDraft(actor, input);
    redirect(`/plans/${planId}`);
  },
  'import.commit',
);

/** Fields: draftId, reason. */
export const withdrawImportAction = formAction(
  withdrawImportSchema,
  async (actor, input) => {
    await withdrawImport(actor, input);
    redirect(`/imports/${input.draftId}`);
  },
  'import.withdraw',
);

/** Fields: draftId, version. */
export const discardDraftAction = formAction(
  draftVersionSchema,
  async (actor, input) => {
    await discardDraft(actor, input);
    redirect('/imports');
  },
  'import.discard',
);
