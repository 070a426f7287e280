import type { StateCode } from '@/lib/standing/standing.types';
import { STATE_WORDS } from '@/lib/standing/standing.words';

/** What the words of one recorded event rest on. */
export type EventFacts = {
  type: string;
  reportKind: 'PROGRESS' | 'RESULT' | null;
  reportVersion: number | null;
  cycleLabel: string | null;
  payload: Record<string, unknown>;
};

/** One printed field before and after a revised list. */
export type RevisedWords = { label: string; before: string; after: string; areNames: boolean };

export const REVISED_FIELD_WORDS = {
  state: '是否列入',
  text: '任务内容',
  lead: '牵头单位',
  responsible: '责任单位',
  deadline: '完成时限',
  group: '责任专项组',
  extra: '其他栏',
  seq: '序号',
  section: '政策领域',
  measure: '改革举措',
} as const;

/** What a revised list changed of a task, field by field; none for any other event. Pure. */
export function revisedWords({ type, payload }: Pick<EventFacts, 'type' | 'payload'>): RevisedWords[] {
  if (type !== 'TASK_REVISED') return [];
  const side = (name: 'before' | 'after') => (payload[name] ?? {}) as Record<string, unknown>;
  const [before, after] = [side('before'), side('after')];
  return Object.entries(REVISED_FIELD_WORDS).flatMap(([field, label]) => {
    if (!(field in after)) return [];
    const areNames = field === 'lead' || field === 'responsible';
    return [{ label, before: String(before[field] ?? ''), after: String(after[field] ?? ''), areNames }];
  });
}

export type EventWords = {
  /** What was done: 申请办结, 退回进展. */
  what: string;
  /** Facts behind it that everyone may read. */
  facts: string[];
};

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const KINDS = { PROGRESS: '进展', RESULT: '办结申请' } as const;

/** One recorded event in words; what a unit wrote and why it was sent back are not part of them. Pure. */
export function eventWords({ type, reportKind, reportVersion, cycleLabel, payload }: EventFacts): EventWords {
  const facts: string[] = [];
  const kind = reportKind === null ? '填报' : KINDS[reportKind];
  if (cycleLabel && reportKind === 'PROGRESS') facts.push(`${cycleLabel}周期`);
  switch (type) {
    case 'TASK_CREATED':
      if (payload.listedBy === undefined) return { what: '任务印发入账', facts };
      return { what: '修订清单新增任务', facts: add(facts, '依据', payload.basis) };
    case 'TASK_REVISED':
      return { what: '按修订清单更新', facts: add(facts, '依据', payload.basis) };
    case 'REPORT_SUBMITTED':
      if (payload.isCatchUp === true) facts.push('补报');
      if (reportVersion !== null && reportVersion > 1) facts.push(`第 ${reportVersion} 版`);
      return { what: reportKind === 'RESULT' ? '申请办结' : '填报进展', facts };
    case 'REPORT_WITHDRAWN':
      return { what: `撤回${kind}`, facts };
    case 'REPORT_RETURNED':
      return { what: `退回${kind}`, facts };
    case 'REPORT_ACCEPTED':
      return { what: '审核通过', facts };
    case 'TASK_REOPENED':
      return { what: '撤销办结', facts: add(facts, '理由', payload.reason) };
    case 'TASK_CANCELLED':
      return { what: '取消任务', facts: add(facts, '依据', payload.basis) };
    case 'TASK_RESTORED': {
      const state = text(payload.to);
      if (state !== null && state in STATE_WORDS) facts.push(`恢复为${STATE_WORDS[state as StateCode]}`);
      return { what: '恢复任务', facts: add(facts, '依据', payload.basis) };
    }
    case 'EXTENSION_REQUESTED':
      if (text(payload.to)) facts.push(`由 ${text(payload.from) ?? '原时限'} 延至 ${payload.to}`);
      return { what: '申请延期', facts: add(facts, '理由', payload.reason) };
    case 'EXTENSION_GRANTED':
      if (text(payload.to)) facts.push(`延至 ${payload.to}`);
      return { what: '同意延期', facts: add(facts, '意见', payload.note) };
    case 'EXTENSION_REFUSED':
      return { what: '不同意延期', facts: add(facts, '意见', payload.note) };
    case 'DEADLINE_CORRECTED':
      if ('to' in payload) facts.push(text(payload.to) ? `更正为 ${payload.to}` : '更正为没有日期');
      if (typeof payload.ongoing === 'boolean') facts.push(payload.ongoing ? '更正为长期推进' : '更正为不再长期推进');
      return { what: '更正完成时限', facts: add(facts, '依据', payload.basis) };
    case 'TASK_REASSIGNED':
      return { what: '调整单位', facts: add(facts, '依据', payload.basis) };
    case 'ISSUE_LATENESS_DECIDED':
      return { what: '认定印发时已过时限，按逾期计算', facts: add(facts, '依据', payload.basis) };
    case 'COLEAD_AGREED':
      return { what: '共同牵头单位同意办结', facts };
    case 'COLEAD_OBJECTED':
      return { what: '共同牵头单位对办结有异议', facts };
    case 'NODE_DONE':
      return { what: '完成节点', facts: add(facts, '节点', payload.title) };
    case 'NODE_ADDED':
      return { what: '增加节点', facts: nodeFacts(facts, payload) };
    case 'NODE_CHANGED':
      return {
        what: '调整节点',
        facts: add(add(nodeFacts(facts, payload), '原时限（已过）', payload.missedDueOn), '理由', payload.reason),
      };
    case 'NODE_UNDONE':
      return { what: '撤销节点完成', facts: add(nodeFacts(facts, payload), '理由', payload.reason) };
    case 'NODE_REMOVED':
      return { what: '删除节点', facts: add(nodeFacts(facts, payload), '理由', payload.reason) };
    case 'BACKFILLED': {
      const state = text(payload.state);
      if (state !== null && state in STATE_WORDS) facts.push(STATE_WORDS[state as StateCode]);
      if (text(payload.achievedOn)) facts.push(`${payload.achievedOn} 办结`);
      if (text(payload.reportedOn)) facts.push(`进展报于 ${payload.reportedOn}`);
      return { what: '补录', facts: add(facts, '依据', payload.basis) };
    }
    case 'CYCLE_SET':
      return { what: '调整填报周期', facts: add(add(facts, '改为', payload.words), '依据', payload.basis) };
    case 'OBJECTION_RAISED':
      return { what: '对任务分工提出异议', facts: add(facts, '事由', payload.groundWords) };
    case 'OBJECTION_DECIDED':
      if (payload.decision === 'WITHDRAWN') return { what: '撤回分工异议', facts: add(facts, '说明', payload.note) };
      return {
        what: payload.decision === 'REASSIGNED' ? '采纳异议，调整单位' : '维持原分工',
        facts: add(facts, '答复', payload.note),
      };
    case 'PAPER_WRITTEN':
      return { what: `${PAPERS[String(payload.kind)] ?? '材料'}已拟，待单位负责人签发`, facts };
    case 'PAPER_SENT_BACK':
      return { what: `单位负责人退改${PAPERS[String(payload.kind)] ?? '材料'}`, facts };
    case 'PAPER_WITHDRAWN':
      return { what: `撤回待签${PAPERS[String(payload.kind)] ?? '材料'}`, facts };
    case 'EXTENSION_WITHDRAWN':
      return { what: '撤回延期申请', facts: add(facts, '说明', payload.note) };
    case 'REVIEW_MESSAGE':
      return { what: payload.byOffice === true ? '优化办询问' : '答复优化办', facts };
    case 'REMINDED':
      return { what: '催办', facts: add(facts, '内容', payload.words) };
    case 'SLIP_ISSUED':
      return { what: `印发${slipName(payload)}`, facts: add(facts, '要求回复', payload.replyDueOn) };
    case 'SLIP_SIGNED_FOR':
      return { what: `签收${slipName(payload)}`, facts };
    case 'SLIP_REPLIED':
      return { what: `回复${slipName(payload)}`, facts };
    case 'SLIP_REPLY_RETURNED':
      return { what: `退回对${slipName(payload)}的回复`, facts };
    case 'SLIP_CLOSED':
      return { what: `办结${slipName(payload)}`, facts };
    case 'SLIP_VOIDED':
      return { what: `作废${slipName(payload)}`, facts: add(facts, '理由', payload.reason) };
    default:
      return { what: '其他记录', facts };
  }
}

const PAPERS: Record<string, string> = { PROGRESS: '进展', RESULT: '办结申请', EXTENSION: '延期申请' };

/** 蓝色督办单 鄂营商督〔2022〕5号: a colour never stands without its words. */
function slipName(payload: Record<string, unknown>): string {
  return [text(payload.tierWords) ?? '督办单', text(payload.number)].filter(Boolean).join(' ');
}

function nodeFacts(facts: string[], payload: Record<string, unknown>): string[] {
  return add(add(facts, '节点', payload.title), '时限', payload.dueOn);
}

function add(facts: string[], label: string, value: unknown): string[] {
  const words = text(value);
  return words === null ? facts : [...facts, `${label}：${words}`];
}
