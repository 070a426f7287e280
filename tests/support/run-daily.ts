// A process of its own that runs the daily job on DATABASE_URL: `run` as the product does, `hang` never gets past its second step.
import { runDaily } from '@/lib/jobs/daily';
import { today } from '@/lib/server/clock';
import { db } from '@/lib/server/db';

const [mode, trigger] = process.argv.slice(2);
const day = await today(db());
const hanging = [
  { label: '第一步', run: async () => ({ 第一步: 1 }) },
  {
    label: '第二步',
    run: async () => {
      process.send?.('hanging');
      return new Promise<never>(() => setInterval(() => {}, 1000));
    },
  },
];
const done = await runDaily({ day, trigger: trigger as 'SCHEDULE' | 'BY_HAND' }, mode === 'hang' ? hanging : undefined);
process.send?.(done);
await db().$disconnect();
process.exit(0);
