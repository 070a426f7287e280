import type { NoticeKind } from '@/lib/notices/notice.schema';

/** Notices that ask for something and so go to the successor; the others only told what happened. */
export const HANDED_NOTICE_KINDS = [
  'due_ahead',
  'due_today',
  'overdue',
  'escalated',
  'cycle_closing',
  'paper_to_sign',
  'paper_sent_back',
  'to_review',
  'review_old',
  'returned',
  'message',
  'colead',
  'extension',
  'sign_for',
  'objection',
  'slip',
  'reminded',
  'node',
] as const satisfies readonly NoticeKind[];

/** What is asked of an office, by key; as a regular expression the database reads alike. A question to the office is told from one to a unit by its message. */
export const OFFICE_KEYS =
  '^(handed:)?(to_review:|review-old:|extension:[0-9]+:asked|objection:|colead_objected:|slip:[0-9]+:(to_check|to_issue|sent_back|replied)|sign-for-late:[0-9]+:office)';

const HANDED = 'handed:';

/** The key under which a notice is told anew; handed over twice, it stays the same. Pure. */
export function handedKey(key: string): string {
  return key.startsWith(HANDED) ? key : `${HANDED}${key}`;
}

/** What of a person's open work asks what of the successor. */
export type HandedWork = {
  /** Tasks as 经办人 and papers waiting for the head: of the unit's people, or of who acts for it. */
  ofUnit: number;
  /** Drafts of slips: of the office. */
  ofOffice: number;
  /** Notices that ask the head to sign. */
  toSign: number;
};

export type SuccessorFacts = {
  isActive: boolean;
  /** Belongs to the same unit (merges followed) and reports or signs there, or acts for it as an officer of the region it represents. */
  isOfUnit: boolean;
  isHead: boolean;
  /** An officer of the same office: same region, same bureau where the office is a bureau's own. */
  isOfOffice: boolean;
  /** Tasks among the work that the successor may not see. */
  unseenTasks: number;
};

/** Why the successor cannot hold the work, in words; null where they can. Pure. */
export function successorRefusal(work: HandedWork, successor: SuccessorFacts): string | null {
  if (!successor.isActive) return '接手人的账号已停用，请选择在用的账号。';
  if (work.ofUnit > 0 && !successor.isOfUnit)
    return '移交的工作中有本单位任务的经办和待签材料，接手人须是同一单位的填报员或负责人；以地区名义承担的任务，也可由同一优化办未限定专项组的工作人员接手。';
  if (work.ofOffice > 0 && !successor.isOfOffice) return '移交的工作中有督办单拟稿，接手人须是同一优化办的工作人员。';
  if (work.toSign > 0 && !successor.isHead) return '移交的工作中有待签发事项，接手人须是单位负责人。';
  if (successor.unseenTasks > 0)
    return `移交的工作中有 ${successor.unseenTasks} 项任务不在接手人的权限范围内，请另选接手人。`;
  return null;
}
