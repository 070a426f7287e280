/** @type {import('next').NextConfig} */
const config = {
  distDir: process.env.LEDGER_DIST_DIR ?? '.next',
  poweredByHeader: false,
  // bin/test checks the types; a slip in a test file must not keep an office from starting.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['@node-rs/argon2', 'pg', 'pg-boss'],
  typedRoutes: false,
};

export default config;
