import path from 'node:path'
import { createViteServer } from 'vitest/node'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const STAGE = import.meta.dirname
const at = (file: string) => path.join(STAGE, file)

/** Names of the fonts, which Next.js sets in the product. */
const FONTS = "--font-latin-sans: 'Inter Variable'; --font-latin-mono: 'JetBrains Mono Variable'"
const page = `<!doctype html>
<html lang="en" data-theme="system" style="${FONTS}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Gallery</title></head>
<body><div id="stage"></div><script type="module" src="/@fs${at('stage.tsx')}"></script></body>
</html>`

/** A page that draws components and screens without Next.js. The caller answers its API queries. */
export interface GalleryPageServer {
  url: string
  close(): Promise<void>
}

/**
 * Serves the stage on a free port of 127.0.0.1. It uses Vitest's bundler, so that the gallery needs no additional
 * package. The components' imports from Next.js are replaced by the files in this folder.
 */
export async function startGalleryPageServer(): Promise<GalleryPageServer> {
  const server = await createViteServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    // a separate cache from that of the tests
    cacheDir: path.join(ROOT, 'node_modules/.vite-gallery'),
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    oxc: { jsx: { runtime: 'automatic' } },
    define: { 'process.env': '{}' },
    resolve: {
      alias: [
        { find: 'next/link', replacement: at('link.tsx') },
        { find: 'next/navigation', replacement: at('navigation.ts') },
        { find: 'next/dynamic', replacement: at('dynamic.tsx') },
        { find: 'nuqs/adapters/next/app', replacement: 'nuqs/adapters/react' },
      ],
      dedupe: ['react', 'react-dom'],
    },
    optimizeDeps: { entries: [at('stage.tsx')], include: ['react', 'react-dom/client', 'react/jsx-dev-runtime'] },
    plugins: [
      {
        name: 'stage',
        configureServer({ middlewares }) {
          middlewares.use((request, response, next) => {
            if (request.headers.accept?.includes('text/html') !== true) return next()
            response.setHeader('content-type', 'text/html; charset=utf-8')
            response.end(page)
          })
        },
      },
    ],
  })
  await server.listen()
  const url = server.resolvedUrls?.local[0]
  if (!url) throw new Error('the stage has no address')
  return { url: url.replace(/\/$/, ''), close: () => server.close() }
}
