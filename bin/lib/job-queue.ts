import { PgBoss } from 'pg-boss';
import { CommandError, messageOf } from './cli.ts';
import { withClient } from './database.ts';

const schema = 'pgboss';

/**
 * The schema of the job queue, made or brought up to date by the package itself as the owner; the application's role then uses it without owning any of it.
 * Doing it again changes nothing. A backup leaves it out: what is scheduled is said by the program at every start.
 */
export async function prepareJobQueue(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, max: 1, supervise: false, schedule: false, reindex: false });
  boss.on('error', () => {}); // start() itself rejects
  try {
    await boss.start();
  } catch (error) {
    throw new CommandError(`未能建立任务队列（模式 ${schema}）：${messageOf(error)}`);
  } finally {
    await boss.stop({ graceful: false });
  }
  await withClient(ownerUrl, (client) =>
    client.query(`
      GRANT USAGE ON SCHEMA ${schema} TO ledger_app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ledger_app;
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ledger_app;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ledger_app`),
  );
}
