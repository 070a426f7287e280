import { addDays, type Day, isPlausibleDay } from '@/lib/dates';

/** The address of the page of reminders, /reminders?…. Pure. */
export const REMINDER_VIEWS = ['notices', 'digests', 'burden'] as const;
export type ReminderView = (typeof REMINDER_VIEWS)[number];
export const REMINDER_VIEW_WORDS: Record<ReminderView, string> = {
  notices: '提醒',
  digests: '每日汇总',
  burden: '填报负担',
};

/** How far ahead one may look. */
export const DAYS_AHEAD = 14;

export type ReminderAddress = { view: ReminderView; day: Day; region: string | null; page: number };
type Given = { view?: string; day?: string; region?: string; page?: string };

/** Reads the address; what cannot be read is dropped, and said. */
export function readReminderAddress(given: Given, today: Day): ReminderAddress & { notices: string[] } {
  const notices: string[] = [];
  const dropped = (label: string, value: string) => notices.push(`${label}“${value.slice(0, 20)}”无法识别，已忽略。`);
  const view = REMINDER_VIEWS.find((one) => one === given.view);
  if (given.view && !view) dropped('页签', given.view);
  let day = today;
  if (given.day) {
    const isReadable: boolean = isPlausibleDay(given.day);
    if (!isReadable) dropped('日期', given.day);
    else if (given.day > addDays(today, DAYS_AHEAD))
      notices.push(`最多查看今后 ${DAYS_AHEAD} 天的提醒，已按今天显示。`);
    else day = given.day;
  }
  const page = given.page && /^[1-9]\d{0,8}$/.test(given.page) ? Number(given.page) : 1;
  if (given.page && String(page) !== given.page) dropped('页码', given.page);
  const region = given.region && /^[\w-]{1,40}$/.test(given.region) ? given.region : null;
  return { view: view ?? 'notices', day, region, page, notices };
}

export function reminderHref({ view, day, region, page }: ReminderAddress, today: Day): string {
  const params = new URLSearchParams();
  if (view !== 'notices') params.set('view', view);
  if (day !== today) params.set('day', day);
  if (region) params.set('region', region);
  if (page > 1) params.set('page', String(page));
  return params.size > 0 ? `/reminders?${params}` : '/reminders';
}
