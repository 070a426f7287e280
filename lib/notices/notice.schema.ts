/** What a person can be told of in the app, by kind, with the heading under which the inbox shows it. */
export const NOTICE_KINDS = {
  due_ahead: '时限临近',
  due_today: '今日到期',
  overdue: '任务逾期',
  escalated: '逾期升级',
  cycle_closing: '填报截止',
  paper_to_sign: '待签发',
  paper_sent_back: '退改',
  to_review: '待审核',
  review_old: '审核超期',
  returned: '退回',
  accepted: '审核通过',
  message: '询问与答复',
  colead: '共同牵头意见',
  extension: '延期',
  sign_for: '待签收',
  objection: '分工异议',
  slip: '督办单',
  reminded: '催办',
  task_changed: '任务变动',
  node: '节点',
  hand_over: '工作交接',
} as const;
export type NoticeKind = keyof typeof NOTICE_KINDS;

/** Kinds that only tell what has happened: done with once they are read. The others ask for something and stay open until it is done (settle). */
export const TELLING_KINDS = [
  'accepted',
  'reminded',
  'task_changed',
  'hand_over',
] as const satisfies readonly NoticeKind[];
/** What only tells among kinds that otherwise ask, by key: decisions, an answer, a slip that has ended. As a regular expression the database reads alike. */
export const TELLING_KEYS =
  '^(handed:)?(extension:[0-9]+:decided|objection-decided:|colead_objected:|answer:|slip:[0-9]+:(closed|voided))';

/** It asks for something: it is open until that is done, and not only until it is read. */
export function asksForSomething({ kind, key }: { kind: NoticeKind; key: string }): boolean {
  return !TELLING_KINDS.some((one) => one === kind) && !new RegExp(TELLING_KEYS).test(key);
}

export type NewNotice = {
  accountId: number;
  kind: NoticeKind;
  /** Makes it once per person: 'returned:123', 'overdue:45:7'. Telling the same key again does nothing. */
  key: string;
  title: string;
  body?: string;
  /** Address within the app: '/tasks/12'. */
  href: string;
  taskId?: number;
  slipId?: number;
};
