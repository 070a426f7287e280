import { Button } from '@/components/ui/button';
import { TextLink } from '@/components/ui/text-link';
import { addDays, formatDayProse } from '@/lib/dates';
import { DAYS_AHEAD, type ReminderAddress, reminderHref } from '@/lib/reminders/reminder-page.filter';

type DayStepsProps = {
  address: ReminderAddress;
  today: string;
  regions: { code: string; name: string }[];
  regionCode: string;
};

/** The day looked at, the days beside it, and where there are several the region. */
export function DaySteps({ address, today, regions, regionCode }: DayStepsProps) {
  const to = (day: string) => reminderHref({ ...address, day, page: 1 }, today);
  const latest = addDays(today, DAYS_AHEAD);
  return (
    <form action="/reminders" method="get" className="mb-3.5 flex flex-wrap items-center gap-x-3 gap-y-2 print:hidden">
      {address.view === 'notices' ? null : <input type="hidden" name="view" value={address.view} />}
      <label className="inline-flex items-center gap-2">
        <span className="text-mute">日期</span>
        <input
          type="date"
          name="day"
          defaultValue={address.day}
          max={latest}
          key={address.day}
          className="h-8.5 rounded-md border border-edge bg-card px-2"
        />
      </label>
      {regions.length > 1 ? (
        <label className="inline-flex items-center gap-2">
          <span className="text-mute">地区</span>
          <select
            name="region"
            defaultValue={regionCode}
            key={regionCode}
            className="h-8.5 rounded-md border border-edge bg-card px-2"
          >
            {regions.map((region) => (
              <option key={region.code} value={region.code}>
                {region.name}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <Button type="submit">查看</Button>
      <span className="flex gap-3">
        <TextLink quiet href={to(addDays(address.day, -1))}>
          前一天
        </TextLink>
        {address.day === today ? null : (
          <TextLink quiet href={to(today)}>
            今天
          </TextLink>
        )}
        {address.day < latest ? (
          <TextLink quiet href={to(addDays(address.day, 1))}>
            后一天
          </TextLink>
        ) : null}
      </span>
      <span className="text-sm text-mute">{formatDayProse(address.day)}</span>
    </form>
  );
}
