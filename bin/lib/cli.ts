import path from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** A failure the person at the terminal can act on: its message is printed as one line, without a stack. */
export class CommandError extends Error {}

export const projectRoot = path.resolve(import.meta.dirname, '../..');

export const isDebugging = Boolean(process.env.LEDGER_DEBUG);

export function say(line: string) {
  process.stdout.write(`${line}\n`);
}

/** A path as the person typed it means the folder they stand in, though run.sh has moved to the project's root. */
export function resolveTyped(typed: string): string {
  return path.resolve(process.env.LEDGER_CWD ?? projectRoot, typed);
}

/** The data folder: a typed one, or `data` in the project. */
export function dataFolder(typed: string | undefined): string {
  return typed === undefined ? path.join(projectRoot, 'data') : resolveTyped(typed);
}

/** Where the evidence store lies: in the data folder unless LEDGER_EVIDENCE says otherwise, as the application reads it. */
export function evidenceFolder(data: string): string {
  return process.env.LEDGER_EVIDENCE
    ? path.resolve(projectRoot, process.env.LEDGER_EVIDENCE)
    : path.join(data, 'evidence');
}

/** The owner's connection to a server outside, where the person gave one. */
export function externalUrl(): string | undefined {
  return process.env.DATABASE_URL || undefined;
}

export function readArguments<T extends ParseArgsOptionsConfig>(options: T, help: string) {
  const withHelp = { ...options, help: { type: 'boolean', short: 'h' } } as const;
  let parsed: ReturnType<typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>>;
  try {
    parsed = parseArgs({ options: withHelp, allowPositionals: true, strict: true }) as never;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const named = /'([^']+)'/.exec(message)?.[1] ?? '';
    throw new CommandError(
      code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
        ? `不认识的选项 ${named}（用 --help 查看用法）。`
        : `选项 ${named.replace(/ <value>$/, '')} 的写法不对（用 --help 查看用法）。`,
    );
  }
  if ((parsed.values as { help?: boolean }).help) {
    say(help.trim());
    process.exit(0);
  }
  return parsed;
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(/\b(postgres(?:ql)?:\/\/[^:@/\s]*):[^@\s]*@/g, '$1:***@').replaceAll(/\s*\n\s*/g, ' ');
}

/** Ends once everything said has gone out: a pipe takes 64 KiB at a time, and exiting at once would cut the rest off. */
async function end(code: number): Promise<never> {
  await new Promise<void>((resolve) => {
    process.stdout.once('error', () => resolve()); // nobody reads any more
    process.stdout.write('', () => resolve());
  });
  process.exit(code);
}

/** Runs a command; whatever goes wrong becomes one line on stderr and exit code 1. */
export async function run(command: () => Promise<number | undefined>): Promise<void> {
  try {
    await end((await command()) ?? 0);
  } catch (error) {
    const prefix = error instanceof CommandError ? '错误：' : '错误：没有预料到的问题：';
    process.stderr.write(`${prefix}${messageOf(error)}\n`);
    if (isDebugging && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    await end(1);
  }
}
