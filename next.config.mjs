/** Headers that never change; the content security policy carries a nonce and is set in proxy.ts. */
const headers = [
  { key: 'x-content-type-options', value: 'nosniff' },
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'referrer-policy', value: 'same-origin' },
  { key: 'cross-origin-opener-policy', value: 'same-origin' },
  { key: 'cross-origin-resource-policy', value: 'same-origin' },
  { key: 'permissions-policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
]

/** A link to a frozen page opens it for whoever has it: nothing may pass it on. */
const unlisted = [
  { key: 'referrer-policy', value: 'no-referrer' },
  { key: 'x-robots-tag', value: 'noindex' },
  { key: 'cache-control', value: 'no-store' },
]

/**
 * JavaScript, because Next compiles a configuration in TypeScript at each start, for which it loads its compiler, of 96 MB, into the web.
 * @type {import('next').NextConfig}
 */
const config = {
  distDir: process.env.NEXT_DIST_DIR || '.next',
  // the build clears what it made before, and keeps the bundles of programs, which are made first (lib/platform/bootstrap/prepare.ts)
  cleanDistDir: false,
  reactStrictMode: true,
  poweredByHeader: false,
  // no picture is scaled: /_next/image would only be one more path to attack
  images: { unoptimized: true },
  // npm test checks the types of everything; a start must not fail over a test's
  typescript: { ignoreBuildErrors: true },
  turbopack: {
    resolveAlias: {
      // what the screens themselves call is newer than what it adds to browsers
      '../build/polyfills/polyfill-module': './components/shell/no-polyfills.ts',
    },
  },
  experimental: {
    // what is not found is a page of its own: a not-found of the root would be part of every page (ADR 0041)
    globalNotFound: true,
    // a build from nothing is what a start and a run of tests pay for: a cache is 320 MB to write, and is read only where sources change
    turbopackFileSystemCacheForBuild: false,
    // what foresees the next page is 2 kB of every page's scripts, and foresees only what was prefetched: nothing is
    optimisticRouting: false,
    varyParams: false,
    // nothing reads maps at run time
    turbopackSourceMaps: process.env.NODE_ENV !== 'production',
  },
  serverExternalPackages: [
    'nodemailer',
    'pg',
    'pino',
    'pino-pretty',
    'prom-client',
    'better-auth',
    '@azure/identity',
    '@azure/arm-network',
    '@prisma/client',
    '@prisma/adapter-pg',
  ],
  redirects: async () => [
    // the names before 0.2.0; the query is kept
    { source: '/shift', destination: '/handover', permanent: true },
    {
      source: '/resilience',
      has: [{ type: 'query', key: 'tab', value: 'availability' }],
      destination: '/availability',
      permanent: true,
    },
    { source: '/api/v1/shift', destination: '/api/v1/handover', permanent: true },
  ],
  headers: async () => [
    { source: '/:path*', headers },
    { source: '/snapshot/:path*', headers: unlisted },
  ],
}

export default config
