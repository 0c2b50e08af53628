import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { wordTable } from '#lib/bgp/word-table.ts'

const TYPES: Readonly<Record<string, string>> = wordTable({
  '.js': 'application/javascript; charset=UTF-8',
  '.css': 'text/css; charset=UTF-8',
})
/** Cache policy of the built files. Their names contain a hash of the content, so they never change. */
const FOREVER = 'public, max-age=31536000, immutable'

/** Request handler that returns true if it answers the request, and false if the next handler must answer it. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * Returns a handler that serves the scripts and style sheets of the build as Brotli to clients that accept it. The
 * build wrote `NAME.br` next to each file (`lib/platform/bootstrap/prepare.ts`). Only files that existed at the start
 * are served, so that a path cannot leave the folder. Range requests and conditional requests are left to the next
 * handler.
 * @param folder folder of the build; if it does not exist, the handler serves no files
 * @param prefix path of its files, for example `/_next/static`
 */
export function createBrotliHandler(folder: string, prefix: string): Answering {
  const files = new Map<string, string>()
  for (const name of namesIn(folder)) {
    const served = name.slice(0, -'.br'.length)
    if (name.endsWith('.br') && TYPES[path.extname(served)])
      files.set(`${prefix}/${served.split(path.sep).join('/')}`, path.join(folder, name))
  }
  return (request, response) => {
    const { method, headers } = request
    const [address = ''] = (request.url ?? '').split('?', 1)
    const file = files.get(address)
    if (!file || (method !== 'GET' && method !== 'HEAD') || !takesBrotli(headers['accept-encoding'])) return false
    if (headers.range || headers['if-none-match'] || headers['if-modified-since']) return false
    readFile(file).then(
      (content) => {
        response.writeHead(200, {
          'content-type': TYPES[path.extname(address)] ?? '',
          'content-encoding': 'br',
          'content-length': content.length,
          'cache-control': FOREVER,
          vary: 'Accept-Encoding',
          'x-content-type-options': 'nosniff',
          'cross-origin-resource-policy': 'same-origin',
        })
        response.end(method === 'HEAD' ? null : content)
      },
      (error) => response.destroy(error),
    )
    return true
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
}

/**
 * Reports whether the client accepts Brotli (RFC 9110, section 12.5.3), that is, it lists `br` with a quality above 0.
 * A `*` does not count, because it names no specific encoding; the next handler answers such clients.
 */
function takesBrotli(accepted: string | string[] | undefined): boolean {
  return String(accepted ?? '')
    .split(',')
    .some((one) => /^\s*br\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/i.test(one))
}
