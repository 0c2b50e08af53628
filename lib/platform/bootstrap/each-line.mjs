/**
 * Calls for every line of a stream of text, without its end; empty ones are left out.
 * @param {import('node:stream').Readable | null} stream
 * @param {(line: string) => void} onLine
 */
export function eachLine(stream, onLine) {
  let partial = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (/** @type {string} */ chunk) => {
    const lines = (partial + chunk).split('\n')
    partial = lines.pop() ?? ''
    for (const line of lines) if (line !== '') onLine(line)
  })
  stream?.on('end', () => {
    if (partial !== '') onLine(partial)
  })
}
