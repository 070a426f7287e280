import { CommandError, dataFolder, messageOf, readArguments, run, say } from './cli.ts';
import { withClient, withDatabase } from './database.ts';

const help = `
用法：bin/jobs run daily [--as-of YYYY-MM-DD] [--data data]

手工运行每日任务（登记当日事件链摘要等）；同一天重复运行不会重复登记。不写 --as-of 即今天（北京时间）。
`;

function readDay(typed: string | undefined): string | null {
  if (typed === undefined) return null;
  const day = new Date(`${typed}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(typed) || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== typed)
    throw new CommandError(`日期 ${typed} 不对：应写成 YYYY-MM-DD。`);
  return typed;
}

async function main(): Promise<undefined> {
  const { values, positionals } = readArguments({ data: { type: 'string' }, 'as-of': { type: 'string' } }, help);
  if (positionals.join(' ') !== 'run daily') throw new CommandError('用法：bin/jobs run daily（用 --help 查看说明）。');
  const asOf = readDay(values['as-of']);
  await withDatabase(dataFolder(values.data), 'jobs', ({ appUrl }) =>
    withClient(appUrl, async (client) => {
      const today = (await client.query<{ day: string }>('SELECT ledger_today()::text AS day')).rows[0]!.day;
      const day = asOf ?? today;
      if (day > today) throw new CommandError(`日期 ${day} 在今天（${today}）之后。`);
      try {
        const { rows } = await client.query<{ result: string }>('SELECT run_daily($1::date)::text AS result', [day]);
        say(`每日任务已运行（${day}）：${inWords(rows[0]?.result ?? '')}`);
      } catch (error) {
        throw new CommandError(`每日任务没有成功：${messageOf(error)}`);
      }
    }),
  );
}

function inWords(result: string): string {
  if (result === 'unchanged') return '当日摘要已登记，没有变化。';
  const digested = /^digested (\d+)$/.exec(result);
  return digested ? `已登记 ${digested[1]} 个事件的摘要。` : result;
}

await run(main);
