import fs from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { digestOf } from './archive.ts';
import { CommandError, dataFolder, evidenceFolder, readArguments, run, say } from './cli.ts';
import { withClient, withDatabase } from './database.ts';

const help = `
用法：bin/verify-history [--data data]

核对历史记录：每个任务的事件链、链上的填报、佐证和审核内容、每日摘要，由历史重算的状态，以及每个佐证文件是否在、是否原样。
完好时退出码为 0；否则指出第一处断点，退出码为 1。
`;

const problems: Record<string, string> = {
  event_changed: '事件内容被改动',
  link_broken: '事件链断开',
  tail_cut: '链尾缺失或与链头登记不符',
  report_changed: '填报内容被改动或没有对应事件',
  review_changed: '审核记录被改动或没有对应事件',
  content_changed: '事件与其填报、审核内容不符',
  digest_broken: '每日摘要不符',
  standing_differs: '状态研判与由历史重算的不同',
  state_differs: '任务当前状态与历史不同',
  slip_step_changed: '督办单的办理记录被改动',
  slip_paper_changed: '印发的督办单被改动',
  message_changed: '询问与答复被改动',
  opinion_changed: '共同牵头意见被改动',
  file_missing: '佐证文件缺失',
  file_changed: '佐证文件被改动',
};

interface Finding {
  problem: string;
  task_id: number | null;
  event_id: string | null;
  detail: string | null;
}

/** Every file that evidence names, read and digested anew; the earliest first. */
async function checkFiles(client: Client, folder: string): Promise<{ checked: number; findings: Finding[] }> {
  const { rows } = await client.query<{ sha256: string; task_id: number | null; title: string }>(`
    SELECT DISTINCT ON (sha256) sha256, task_id, title FROM evidence WHERE kind = 'FILE' AND discarded_at IS NULL ORDER BY sha256, uploaded_at`);
  const findings: Finding[] = [];
  for (const { sha256, task_id, title } of rows) {
    const file = path.join(folder, sha256.slice(0, 2), sha256);
    const problem = !fs.statSync(file, { throwIfNoEntry: false })?.isFile()
      ? 'file_missing'
      : (await digestOf(file)) === sha256
        ? null
        : 'file_changed';
    if (problem) findings.push({ problem, task_id, event_id: null, detail: `“${title}” ${sha256}` });
  }
  return { checked: rows.length, findings };
}

async function main(): Promise<number> {
  const { values, positionals } = readArguments({ data: { type: 'string' } }, help);
  if (positionals.length > 0) throw new CommandError(`多余的参数 ${positionals[0]}（用 --help 查看用法）。`);
  const data = dataFolder(values.data);
  return withDatabase(data, 'verify-history', ({ ownerUrl }) =>
    withClient(ownerUrl, async (client) => {
      const ready = await client.query("SELECT to_regproc('public.verify_driving') AS name");
      if (ready.rows[0].name === null) throw new CommandError('数据库还没有建好；请先运行 bin/up。');
      const { rows } = await client.query<Finding>(
        'SELECT problem, task_id, event_id, detail FROM verify_history() UNION ALL SELECT problem, task_id, event_id, detail FROM verify_driving()',
      );
      const counts = await client.query('SELECT count(*) AS events, count(DISTINCT task_id) AS tasks FROM task_event');
      const { events, tasks } = counts.rows[0];
      const files = await checkFiles(client, evidenceFolder(data));
      const found = [...rows, ...files.findings];
      const first = found[0];
      if (!first) {
        const beside = files.checked > 0 ? `，${files.checked} 个佐证文件也都原样` : '';
        say(`历史记录完好：${tasks} 个任务的 ${events} 个事件全部核对无误${beside}。`);
        return 0;
      }
      const place = [
        first.task_id === null ? null : `任务 ${first.task_id}`,
        first.event_id === null ? null : `事件 ${first.event_id}`,
        first.detail,
      ];
      say(
        `历史记录有 ${found.length} 处不符。第一处：${problems[first.problem] ?? first.problem}（${place.filter(Boolean).join('，')}）。`,
      );
      return 1;
    }),
  );
}

await run(main);
