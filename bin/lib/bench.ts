import { benchImport } from '../../bench/import.ts';
import { benchPages } from '../../bench/pages.ts';
import { benchStanding } from '../../bench/standing.ts';
import { tasksPerRegion } from '../../bench/synthetic.ts';
import { CommandError, readArguments, run } from './cli.ts';

const help = `
用法：bin/bench [pages|standing|import] [--tasks 500,10000,1000000]

在临时数据上测量，用完即删；结果是同一轮内的比值，不受机器快慢影响。不写名称即全部测量。

  pages      各页面首字节时间与空白动态页之比，以及从 1 万到 100 万任务的增长
  standing   按日查询状态的用时、走的索引和读的缓冲块
  import     读取一份 2,000 行的清单（docx、xlsx、html、txt）并提交为方案的用时

  --tasks    各轮的任务数，由小到大，每 ${tasksPerRegion} 个任务一个地区
             （默认 pages：500,10000,1000000；standing：10000,1000000；import：2000）
`;

const benches = {
  pages: { measure: benchPages, sizes: [500, 10_000, 1_000_000] },
  standing: { measure: benchStanding, sizes: [10_000, 1_000_000] },
  import: { measure: benchImport, sizes: [2_000] },
} as const;
type Name = keyof typeof benches;

function readSizes(typed: string | undefined): number[] | null {
  if (typed === undefined) return null;
  const sizes = typed.split(',').map(Number);
  const isRising = sizes.every((size, n) => n === 0 || size > sizes[n - 1]!);
  if (!isRising || sizes.some((size) => !Number.isInteger(size) || size < tasksPerRegion || size > 5_000_000))
    throw new CommandError(
      `任务数 ${typed} 不对：应是由小到大的整数，每个在 ${tasksPerRegion} 到 5000000 之间，用逗号隔开。`,
    );
  return sizes;
}

async function main(): Promise<undefined> {
  const { values, positionals } = readArguments({ tasks: { type: 'string' } }, help);
  const [only, ...rest] = positionals;
  if (rest.length > 0 || (only !== undefined && !Object.hasOwn(benches, only)))
    throw new CommandError(`不认识的测量 ${rest[0] ?? only}：可写 pages、standing 或 import（用 --help 查看用法）。`);
  const sizes = readSizes(values.tasks);
  for (const name of only === undefined ? (Object.keys(benches) as Name[]) : [only as Name])
    await benches[name].measure(sizes ?? benches[name].sizes);
}

await run(main);
