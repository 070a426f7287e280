import { classes } from '@/components/ui/classes';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import type { CalendarDayRow, CalendarYearView } from '@/lib/cycles/calendar.queries';
import { type Day, dayOf, daysInMonth, weekdayOf } from '@/lib/dates';

const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];
const MARKS = { HOLIDAY: '休', WORKDAY: '班' } as const;

function Month({ year, month, days }: { year: number; month: number; days: ReadonlyMap<Day, CalendarDayRow> }) {
  const first = weekdayOf(dayOf(year, month, 1));
  const cells: (number | null)[] = [
    ...Array.from({ length: first - 1 }, () => null),
    ...Array.from({ length: daysInMonth(year, month) }, (_, n) => n + 1),
  ];
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, n) =>
    Array.from({ length: 7 }, (__, at) => cells[n * 7 + at] ?? null),
  );
  return (
    <table className="w-full table-fixed text-center text-sm">
      <caption className="mb-1 text-left font-semibold">{month}月</caption>
      <thead>
        <tr>
          {WEEKDAYS.map((word) => (
            <th key={word} scope="col" className="text-xs font-normal text-mute">
              {word}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.find((day) => day !== null)}>
            {week.map((number, at) => {
              // biome-ignore lint/suspicious/noArrayIndexKey: an empty cell is its weekday
              if (number === null) return <td key={at} />;
              const day = dayOf(year, month, number);
              const row = days.get(day);
              const isPlain = !row || row.name === '平常日';
              return (
                <td key={day} className="p-px">
                  <TextLink
                    quiet
                    href={`/admin/calendar?year=${year}&day=${day}#correct`}
                    title={row ? `${day} ${row.name}${row.basis ? `：${row.basis}` : ''}` : day}
                    className={classes(
                      'block rounded-sm leading-5',
                      isPlain
                        ? at > 4
                          ? 'text-mute'
                          : 'text-ink'
                        : row.kind === 'HOLIDAY'
                          ? 'bg-red-1 text-red-strong'
                          : 'bg-blue-1 text-accent-strong',
                      row?.isCorrected && 'underline decoration-dotted',
                    )}
                  >
                    {number}
                    {isPlain ? null : <span className="text-xs">{MARKS[row.kind]}</span>}
                  </TextLink>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A year at a glance: 休 a day off besides weekends, 班 a weekend worked; dotted where an admin corrected it. */
export function CalendarYear({ view }: { view: CalendarYearView }) {
  const days = new Map(view.days.map((row) => [row.day, row]));
  return (
    <div className="grid items-start gap-x-6 gap-y-4 sm:grid-cols-2 md:grid-cols-3 xl:grid-cols-4">
      {Array.from({ length: 12 }, (_, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a month is its number
        <Month key={n} year={view.year} month={n + 1} days={days} />
      ))}
    </div>
  );
}

/** What an admin has corrected, with why. */
export function CorrectedDays({ days }: { days: CalendarDayRow[] }) {
  return (
    <Table label="已更正的日子">
      <thead>
        <tr>
          <Th>日期</Th>
          <Th>更正为</Th>
          <Th>依据</Th>
        </tr>
      </thead>
      <tbody>
        {days.map((row) => (
          <tr key={row.day}>
            <Td nowrap>{row.day}</Td>
            <Td nowrap>{row.name}</Td>
            <Td>{row.basis}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
