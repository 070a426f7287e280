/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  serverExternalPackages: ['@node-rs/argon2', 'pg'],
  typedRoutes: false,
};

export default config;
