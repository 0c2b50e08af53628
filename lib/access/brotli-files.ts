import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { wordTable } from '#lib/bgp/word-table.ts'

const TYPES: Readonly<Record<string, string>> = wordTable({
  '.js': 'application/javascript; charset=UTF-8',
  '.css': 'text/css; charset=UTF-8',
})
/** Names have a hash of the content. */
const FOREVER = 'public, max-age=31536000, immutable'

/** Answers a request, or leaves it to somebody else (false). */
export type Answering = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * Serves the scripts and style sheets of the build as Brotli to whoever takes it: `NAME.br` beside each, which the build wrote
 * (`lib/platform/bootstrap/prepare.ts`). Only files that were there at the start are served, so that no path leads elsewhere.
 * Requests for a part of a file, or by its validator, are not answered.
 * @param folder which may not exist: nothing is served then
 * @param prefix path of its files, such as `/_next/static`
 */
export function brotliFiles(folder: string, prefix: string): Answering {
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

/** RFC 9110, 12.5.3: named, and not with a quality of 0. A `*` alone may mean anything, so gzip stays. */
function takesBrotli(accepted: string | string[] | undefined): boolean {
  return String(accepted ?? '')
    .split(',')
    .some((one) => /^\s*br\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/i.test(one))
}
