import path from 'node:path';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const alias = [
  { find: /^@\//, replacement: `${root}/` },
  // It throws outside a server bundle, which a test is.
  { find: /^server-only$/, replacement: path.join(root, 'tests/support/empty.ts') },
];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias },
        // A busy machine is no failed test: properties run thousands of cases.
        test: { name: 'unit', include: ['{lib,components,bin}/**/*.test.{ts,tsx}'], testTimeout: 30_000 },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.{ts,tsx}'],
          globalSetup: ['tests/support/global-setup.ts'],
          setupFiles: ['tests/support/database.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
