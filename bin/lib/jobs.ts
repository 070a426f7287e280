import { CommandError, dataFolder, messageOf, readArguments, run, say } from './cli.ts';
import { withDatabase } from './database.ts';

const help = `
用法：bin/jobs run daily [--as-of YYYY-MM-DD] [--data data]

手工运行每日任务：登记事件链摘要、生成提醒、编写并发出每日汇总、清理无主的佐证文件。网站运行时每天 8 时（北京时间）自动运行，
错过的在恢复后补跑当天一次。同一天重复运行不会重复提醒、重复发送。不写 --as-of 即今天（北京时间）；写以前的日期时只登记当日的
事件链摘要，不补发提醒；不得早于台账的第一条记录。
`;

function readDay(typed: string | undefined): string | null {
  if (typed === undefined) return null;
  const day = new Date(`${typed}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(typed) || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== typed)
    throw new CommandError(`日期 ${typed} 不对：应写成 YYYY-MM-DD。`);
  return typed;
}

async function main(): Promise<number> {
  const { values, positionals } = readArguments({ data: { type: 'string' }, 'as-of': { type: 'string' } }, help);
  if (positionals.join(' ') !== 'run daily') throw new CommandError('用法：bin/jobs run daily（用 --help 查看说明）。');
  const asOf = readDay(values['as-of']);
  const data = dataFolder(values.data);
  return withDatabase(data, 'jobs', async ({ appUrl }) => {
    // The data layer reads its settings once, when it loads.
    process.env.DATABASE_URL = appUrl;
    process.env.LEDGER_DATA = data;
    const { runDaily } = await import('../../lib/jobs/daily.ts');
    const { asOfRefusal, countWords } = await import('../../lib/jobs/job.rules.ts');
    const { findFirstEventDay } = await import('../../lib/jobs/job-run.queries.ts');
    const { today: readToday } = await import('../../lib/server/clock.ts');
    const { db } = await import('../../lib/server/db.ts');
    try {
      const today = await readToday(db());
      const day = asOf ?? today;
      const refusal = asOfRefusal(day, { today, firstOn: await findFirstEventDay() });
      if (refusal !== null) throw new CommandError(refusal);
      const { outcome, counts, words } = await runDaily({ day, trigger: 'BY_HAND' });
      if (outcome === 'failed') throw new CommandError(`每日任务（${day}）有步骤没有成功：${words}其余步骤已完成。`);
      if (outcome === 'already') say(`每日任务（${day}）刚由另一进程运行完毕：${countWords(counts)}。`);
      else say(`每日任务已运行（${day}）：${countWords(counts)}。`);
      if (day < today) say('以前的日期只登记事件链摘要；提醒只在当天生成，不补发。');
      return 0;
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError(`每日任务没有成功：${messageOf(error)}`);
    } finally {
      await db().$disconnect();
    }
  });
}

await run(main);
