import fs from 'node:fs';
import path from 'node:path';
import { readDocument } from '@/lib/imports/drafts/read-document';
import { LIMITS } from '@/lib/imports/readers/source';
import { listJson } from '@/lib/imports/reading/list-json.rules';
import type { Reading } from '@/lib/imports/reading/reading.schema';
import { AppError } from '@/lib/server/errors';
import { truncate } from '@/lib/text';
import { type Registry, registrySchema } from '@/lib/units/registry.schema';
import { comparableName } from '@/lib/units/unit-names.rules';
import { CommandError, dataFolder, projectRoot, readArguments, resolveTyped, run, say } from './cli.ts';
import { withDatabase } from './database.ts';

const help = `
用法：
  bin/import FILE --dry-run [--json] [--region CODE] [--year YYYY] [--unit NAME] [--table N]
      读取一份清单并显示结果，不连数据库、不写任何内容。--json 按 seeds/lists/*.json 的格式输出。
      地区和年份不写时从标题读取；单位名称按 seeds/units.json 核对。
  bin/import FILE --region CODE --year YYYY [--unit NAME] [--table N] [--data data]
      读取后存为导入草稿，等待在浏览器中复核（/imports）。

FILE：Word（.docx .doc）、表格（.xlsx .xls .ods .csv）、网页（.html）、文本（.txt）或文字版 PDF，按内容识别类型。
--unit：本单位自己的清单（如 市住建局）。--table：文档中有几份清单时，读第几份（从 1 起）。
退出码：0 读取完毕、没有疑问；3 读取完毕、有待确认事项；1 不能读取或参数有误。
`;

const options = {
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  region: { type: 'string' },
  year: { type: 'string' },
  unit: { type: 'string' },
  table: { type: 'string' },
  data: { type: 'string' },
} as const;

/** Exit codes other programs rely on. */
const EXIT = { clean: 0, questions: 3 } as const;

const exitOf = (reading: Reading) => (reading.questions.length > 0 ? EXIT.questions : EXIT.clean);

/** A name with line breaks must not break the one line of a refusal, nor one of 300 characters fill the screen. */
const shown = (typed: string) => truncate(typed.replace(/\s+/gu, ' '), 80);

/** Null as well where no file can have such a name. */
function statOrNull(file: string): fs.Stats | null {
  try {
    return fs.statSync(file);
  } catch {
    return null;
  }
}

function readFile(typed: string): { fileName: string; bytes: Uint8Array } {
  const file = resolveTyped(typed);
  const facts = statOrNull(file);
  if (!facts) throw new CommandError(`找不到文件 ${shown(typed)}，请检查路径和文件名。`);
  if (!facts.isFile()) throw new CommandError(`${shown(typed)} 不是文件，请写出清单文件本身。`);
  if (facts.size > LIMITS.bytes)
    throw new CommandError(
      `文件有 ${Math.ceil(facts.size / 1024 / 1024)} MB，超过 ${LIMITS.bytes / 1024 / 1024} MB 的上限。请删去图片或无关的页后再导入。`,
    );
  try {
    return { fileName: path.basename(file), bytes: fs.readFileSync(file) };
  } catch (cause) {
    throw new CommandError(`打不开文件 ${shown(typed)}，请检查是否有读取权限。`, { cause });
  }
}

function readWhole(typed: string | undefined, name: string, from: number, to: number): number | undefined {
  if (typed === undefined) return undefined;
  const number = Number(typed);
  if (!/^\d+$/.test(typed) || number < from || number > to)
    throw new CommandError(`选项 --${name} 应为 ${from} 到 ${to} 的整数，现为“${typed}”。`);
  return number;
}

function readRegistry(): Registry {
  return registrySchema.parse(JSON.parse(fs.readFileSync(path.join(projectRoot, 'seeds/units.json'), 'utf8')));
}

function assertUnit(registry: Registry, typed: string, region: string | undefined): void {
  const wanted = comparableName(typed);
  const isKnown = registry.units.some(
    (unit) =>
      (region === undefined || unit.region === region) &&
      [unit.name, unit.fullName ?? '', ...unit.aliases].some((name) => comparableName(name) === wanted),
  );
  if (!isKnown) throw new CommandError(`单位库中没有“${shown(typed)}”，请按 seeds/units.json 中的名称书写。`);
}

/** The place in front of the words, unless they name it themselves. */
const placed = (place: string, words: string) => (words.includes(place) ? words : `${place}，${words}`);

function summary(reading: Reading): string {
  const { document, rows, questions, notices } = reading;
  const byRow = (question: Reading['questions'][number]) =>
    question.row === null ? question.place : (rows[question.row]?.source.place ?? '');
  return [
    document.title ?? '（没有标题）',
    `${document.region ?? '地区待确认'} · ${document.year ?? '年份待确认'} · ${rows.length} 行 · ${questions.length} 项待确认`,
    `由谁牵头：${reading.leadRule.words}`,
    ...notices.map((notice) => `说明：${notice}`),
    ...questions.map((question) => `待确认：${placed(byRow(question), question.text)}`),
  ].join('\n');
}

async function main(): Promise<number> {
  const { values, positionals } = readArguments(options, help);
  const [typed, ...rest] = positionals;
  if (typed === undefined || rest.length > 0) throw new CommandError('请写出一个文件（用 --help 查看用法）。');
  const year = readWhole(values.year, 'year', 1949, 2100);
  const table = readWhole(values.table, 'table', 1, 1000);
  const { fileName, bytes } = readFile(typed);
  try {
    if (values['dry-run']) {
      const registry = readRegistry();
      const { region } = values;
      if (region !== undefined && !registry.regions.some(({ code }) => code === region))
        throw new CommandError(
          `不认识的地区代码 ${region}；可用：${registry.regions.map(({ code, name }) => `${code}（${name}）`).join('、')}。`,
        );
      if (values.unit !== undefined) assertUnit(registry, values.unit, region);
      const reading = await readDocument(bytes, {
        fileName,
        registry,
        regionCode: region,
        year,
        ownerUnitName: values.unit,
        table: table === undefined ? undefined : table - 1,
      });
      say(values.json ? JSON.stringify(listJson(reading), null, 1) : summary(reading));
      return exitOf(reading);
    }
    if (values.json) throw new CommandError('--json 与 --dry-run 一起使用。');
    if (values.region === undefined || year === undefined)
      throw new CommandError('存为草稿须写明 --region 和 --year；只想看看读取结果请加 --dry-run。');
    return await importDraft(
      { fileName, bytes, regionCode: values.region, year, ownerUnitName: values.unit, table },
      values.data,
    );
  } catch (error) {
    if (error instanceof AppError) throw new CommandError(error.message);
    throw error;
  }
}

type DraftInput = {
  fileName: string;
  bytes: Uint8Array;
  regionCode: string;
  year: number;
  ownerUnitName?: string;
  table?: number;
};

/** The data layer reads DATABASE_URL once, when it loads: it is loaded only after the database in use is known. */
function importDraft(input: DraftInput, data: string | undefined): Promise<number> {
  return withDatabase(dataFolder(data), 'import', async ({ appUrl }) => {
    process.env.DATABASE_URL = appUrl;
    const { importFromTerminal } = await import('@/lib/imports/drafts/draft.commands');
    const { draftId, reading } = await importFromTerminal(input);
    say(
      `已存为导入草稿 ${draftId}：${reading.rows.length} 行，${reading.questions.length} 项待确认。请在 /imports/${draftId} 复核。`,
    );
    return exitOf(reading);
  });
}

await run(main);
