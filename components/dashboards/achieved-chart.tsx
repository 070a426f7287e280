import { partsOfDay } from '@/lib/dates';

type Point = { day: string; achieved: number };

const WIDTH = 420;
const HEIGHT = 184;
const LEFT = 30;
const BOTTOM = 36;
const TOP = 18;

/** A round number not below the greatest value, that four lines divide evenly. */
export function axisTop(greatest: number): number {
  for (let step = 1; ; step *= 10) {
    for (const factor of [1, 2, 5]) if (step * factor * 4 >= greatest) return step * factor * 4;
  }
}

/** How many tasks stood achieved at the end of each month; the last bar is the day of the page. Drawn on the server. */
export function AchievedChart({ points }: { points: readonly Point[] }) {
  const top = axisTop(Math.max(1, ...points.map((point) => point.achieved)));
  const plot = HEIGHT - TOP - BOTTOM;
  const slot = (WIDTH - LEFT) / Math.max(1, points.length);
  const bar = Math.min(28, slot * 0.6);
  const y = (value: number) => TOP + plot - (value / top) * plot;
  const words = points.map((point) => `${point.day} ${point.achieved} 项`).join('，');
  return (
    <svg
      role="img"
      aria-label={`办结趋势：${words}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="w-full max-w-[32rem] text-mute"
      fontSize="11"
    >
      {[0, 1, 2, 3, 4].map((line) => (
        <g key={line}>
          <line
            x1={LEFT}
            x2={WIDTH}
            y1={y((top / 4) * line)}
            y2={y((top / 4) * line)}
            stroke="var(--color-line-soft)"
          />
          <text x={LEFT - 6} y={y((top / 4) * line) + 4} textAnchor="end" fill="currentColor">
            {(top / 4) * line}
          </text>
        </g>
      ))}
      {points.map((point, index) => {
        const { year, month } = partsOfDay(point.day);
        const isLast = index === points.length - 1;
        const x = LEFT + slot * index + (slot - bar) / 2;
        const startsYear = index === 0 || month === 1;
        return (
          <g key={point.day}>
            <rect
              x={x}
              y={y(point.achieved)}
              width={bar}
              height={Math.max(0, TOP + plot - y(point.achieved))}
              rx="1.5"
              fill={isLast ? 'var(--color-accent)' : 'var(--color-blue-3)'}
            />
            <text x={x + bar / 2} y={y(point.achieved) - 4} textAnchor="middle" fill="var(--color-ink)">
              {point.achieved}
            </text>
            <text x={x + bar / 2} y={HEIGHT - BOTTOM + 15} textAnchor="middle" fill="currentColor">
              {month}月
            </text>
            {startsYear ? (
              <text x={x + bar / 2} y={HEIGHT - 5} textAnchor="middle" fill="currentColor">
                {year}年
              </text>
            ) : null}
          </g>
        );
      })}
    </svg>
  );
}
