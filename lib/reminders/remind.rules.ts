const NOTHING_OWED: Partial<Record<string, string>> = {
  UNDER_REVIEW: '任务已申请办结，等待审核，无需催办。',
  COMPLETED: '任务已办结，无需催办。',
  CANCELLED: '任务已取消，无需催办。',
};

/** Why nobody is to be hurried about a task in this state, in words; null where somebody is. Pure. */
export function remindRefusal(state: string): string | null {
  return NOTHING_OWED[state] ?? null;
}

/** What a 催办 says where the office writes nothing else. */
export const DEFAULT_REMINDER = '请抓紧推进，及时填报进展。';
