/** @type {import('next').NextConfig} */
const config = {
  distDir: process.env.LEDGER_DIST_DIR ?? '.next',
  poweredByHeader: false,
  serverExternalPackages: ['@node-rs/argon2', 'pg'],
  typedRoutes: false,
};

export default config;
