import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

const TYPES: Readonly<Record<string, string>> = createSafeLookupTable({
  '.js': 'application/javascript; charset=UTF-8',
  '.css': 'text/css; charset=UTF-8',
})
/**
 * Value of the Cache-Control header for files of the build. A file never changes, because its name contains a hash of
 * its content.
 */
const FOREVER = 'public, max-age=31536000, immutable'

/**
 * A request handler that may decline a request. It returns true if it has sent the response, and false if the next
 * handler must send it.
 */
export type FallthroughHandler = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * Returns a handler that serves the scripts and style sheets of the build, compressed with Brotli, to clients that
 * accept it. The build has written `NAME.br` next to each file (`lib/platform/bootstrap/prepare.ts`). The handler
 * serves only files that existed when it was created, so that no path leads outside the folder. It leaves range
 * requests and conditional requests to the next handler.
 * @param folder folder of the build; if it does not exist, the handler serves no files
 * @param prefix path of its files, for example `/_next/static`
 */
export function createBrotliHandler(folder: string, prefix: string): FallthroughHandler {
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
 * Reports whether a client accepts Brotli, which means that its Accept-Encoding header lists `br` with a quality above
 * 0 (RFC 9110, section 12.5.3). If the header contains only `*`, the result is false, and the next handler sends the
 * response.
 */
function takesBrotli(accepted: string | string[] | undefined): boolean {
  return String(accepted ?? '')
    .split(',')
    .some((one) => /^\s*br\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/i.test(one))
}
