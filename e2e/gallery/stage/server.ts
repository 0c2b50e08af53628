import path from 'node:path'
import { createViteServer } from 'vitest/node'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const STAGE = import.meta.dirname
const at = (file: string) => path.join(STAGE, file)

/** In the product Next.js names these. */
const FONTS = "--font-latin-sans: 'Inter Variable'; --font-latin-mono: 'JetBrains Mono Variable'"
const page = `<!doctype html>
<html lang="en" data-theme="system" style="${FONTS}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Gallery</title></head>
<body><div id="stage"></div><script type="module" src="/@fs${at('stage.tsx')}"></script></body>
</html>`

/** A page that draws components and screens outside Next.js; what it asks of the API, whoever opens it answers. */
export interface Stage {
  url: string
  close(): Promise<void>
}

/**
 * Serves the stage on a free port of 127.0.0.1. Its bundler is Vitest's, so that the gallery needs no package of its own; what components
 * import of Next.js is replaced by the few lines in this folder.
 */
export async function openStage(): Promise<Stage> {
  const server = await createViteServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    // another cache than the tests'
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
