import 'server-only';
import { randomBytes } from 'node:crypto';

/** Writes an unexpected error to standard error under a reference number, and returns the number for the person. */
export function logUnexpected(error: unknown): string {
  const reference = randomBytes(4).toString('hex').toUpperCase();
  process.stderr.write(
    `${JSON.stringify({ reference, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })}\n`,
  );
  return reference;
}
