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
  node: '节点',
  hand_over: '工作交接',
} as const;
export type NoticeKind = keyof typeof NOTICE_KINDS;

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
