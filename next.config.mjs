/**
 * Headers that are the same for every response. The content security policy contains a nonce and is set in proxy.ts.
 */
const headers = [
  { key: 'x-content-type-options', value: 'nosniff' },
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'referrer-policy', value: 'same-origin' },
  { key: 'cross-origin-opener-policy', value: 'same-origin' },
  { key: 'cross-origin-resource-policy', value: 'same-origin' },
  { key: 'permissions-policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
]

/**
 * Headers of frozen pages. Anyone with the link can open the page, so the link must not reach referrers, search engines
 * or caches.
 */
const unlisted = [
  { key: 'referrer-policy', value: 'no-referrer' },
  { key: 'x-robots-tag', value: 'noindex' },
  { key: 'cache-control', value: 'no-store' },
]

/**
 * The configuration is JavaScript, because Next would compile a TypeScript configuration at each start and load its 96
 * MB compiler into the web process.
 * @type {import('next').NextConfig}
 */
const config = {
  distDir: process.env.NEXT_DIST_DIR || '.next',
  // the build clears its own earlier output and keeps the programs' bundles, which are built first
  // (lib/platform/bootstrap/prepare.ts)
  cleanDistDir: false,
  reactStrictMode: true,
  poweredByHeader: false,
  // images are not scaled, so /_next/image would only be an additional path to attack
  images: { unoptimized: true },
  // npm test checks the types of all files; a start must not fail because of a type error in a test
  typescript: { ignoreBuildErrors: true },
  turbopack: {
    resolveAlias: {
      // the polyfills are not needed, because the screens already use newer functions of browsers
      '../build/polyfills/polyfill-module': './components/shell/no-polyfills.ts',
    },
  },
  experimental: {
    // the page for unknown addresses is separate, because a root not-found would be part of every page (ADR 0041)
    globalNotFound: true,
    // starts and test runs usually build from scratch; a cache would be 320 MB to write and is only useful if sources
    // change
    turbopackFileSystemCacheForBuild: false,
    // the prediction of the next page adds 2 kB of scripts to every page, and works only for prefetched pages, which
    // this product does not use
    optimisticRouting: false,
    varyParams: false,
    // source maps are not used at run time
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
    // names before 0.2.0; the query is kept
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
