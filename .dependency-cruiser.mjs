// Imports go one way (docs/architecture.md): app → components/<noun>, lib/<noun> → lib/server, components/ui → lib/*.ts.
/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-imports-routes', severity: 'error', from: { path: '^(components|lib)' }, to: { path: '^app' } },
    { name: 'lib-imports-no-components', severity: 'error', from: { path: '^lib' }, to: { path: '^components' } },
    {
      name: 'server-ground-imports-no-nouns',
      comment: 'lib/server stands beneath the nouns; rights are the ground it shares with them.',
      severity: 'error',
      from: { path: '^lib/server' },
      to: { path: '^lib/(?!server|rights|accounts|[^/]+\\.ts$)[^/]+/' },
    },
    {
      name: 'ui-has-no-domain-words',
      severity: 'error',
      from: { path: '^components/ui' },
      to: { path: '^(components/(?!ui)|lib/[^/]+/)' },
    },
    {
      name: 'components-do-not-touch-the-database',
      severity: 'error',
      from: { path: '^components' },
      to: { path: '^lib/server/(db|prisma-client)' },
    },
    {
      name: 'only-queries-and-commands-touch-the-database',
      comment: '*.where.ts composes conditions for queries and asks nothing itself.',
      severity: 'error',
      from: { path: '^(app|lib/(?!server|rights))', pathNot: '\\.(queries|commands|where|test)\\.ts$' },
      to: { path: '^lib/server/db\\.ts$' },
    },
    {
      name: 'ground-nouns-stay-at-the-ground',
      severity: 'error',
      from: {
        path: '^lib/(units|deadlines|standing|cycles|rights|settings|notices|evidence)/',
        pathNot: '\\.test\\.ts$',
      },
      to: { path: '^lib/(plans|tasks|reports|reviews|extensions|imports|dashboards|assessments)/' },
    },
    {
      name: 'tasks-stand-below-reports',
      severity: 'error',
      from: { path: '^lib/(plans|tasks)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^lib/(reports|reviews|extensions|unit-papers|slips|reminders|imports|dashboards|jobs)/' },
    },
    {
      name: 'nothing-in-the-product-imports-tests',
      severity: 'error',
      from: { path: '^(app|components|lib)', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^(tests|seeds|bin|bench)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(prisma-client|node_modules)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
