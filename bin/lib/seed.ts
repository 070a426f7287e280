// Runs one of the project's seeds in a process of its own, because the data layer reads DATABASE_URL once, when it loads.
import { run } from './cli.ts';

const [mode, data] = process.argv.slice(2);

await run(async () => {
  if (mode === 'demo') {
    const { seedDemo } = await import('../../seeds/demo.ts');
    await seedDemo(data ?? 'data');
  } else {
    const { seedEmpty } = await import('../../seeds/seed.ts');
    const admin = await seedEmpty();
    await new Promise<void>((resolve) => (process.send ? process.send(admin, () => resolve()) : resolve()));
  }
  return 0;
});
