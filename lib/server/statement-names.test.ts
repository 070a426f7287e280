import { describe, expect, it } from 'vitest';
import { statementNames } from './statement-names';

describe('statementNames', () => {
  it('names a reading that is asked again and again, each text by a name of its own', () => {
    const nameOf = statementNames();
    const ask = (sql: string) => nameOf({ sql });
    expect([ask('SELECT 1'), ask('SELECT 1')]).toEqual(['', '']);
    const name = ask('SELECT 1');
    expect(name).toMatch(/^ledger_\d+$/);
    expect(ask('SELECT 1')).toBe(name);
    const others = [1, 2, 3].map(() => ask('\n  WITH x AS (SELECT 2) SELECT * FROM x'));
    expect(others.at(-1)).toMatch(/^ledger_\d+$/);
    expect(others.at(-1)).not.toBe(name);
  });

  it('names nothing that writes', () => {
    const nameOf = statementNames();
    for (const sql of ['INSERT INTO a VALUES (1)', 'UPDATE a SET b = 1', 'BEGIN', 'DELETE FROM a'])
      expect([1, 2, 3, 4].map(() => nameOf({ sql }))).toEqual(['', '', '', '']);
  });

  it('gives out no more names than a connection should keep, and keeps the given ones', () => {
    const nameOf = statementNames();
    const names = new Set<string>();
    for (let n = 0; n < 1000; n += 1)
      for (let again = 0; again < 3; again += 1) names.add(nameOf({ sql: `SELECT ${n}` }));
    names.delete('');
    expect(names.size).toBe(300);
    expect(nameOf({ sql: 'SELECT 0' })).toBe('ledger_1');
    expect(nameOf({ sql: 'SELECT 999' })).toBe('');
  });

  it('forgets the counts of texts that never come again', () => {
    const nameOf = statementNames();
    nameOf({ sql: 'SELECT 0' });
    nameOf({ sql: 'SELECT 0' });
    for (let n = 1; n <= 2000; n += 1) nameOf({ sql: `SELECT ${n}` });
    expect(nameOf({ sql: 'SELECT 0' })).toBe('');
  });
});
