import type { Readable } from 'node:stream'

/** Calls for every line of a stream of text, without its end; empty ones are left out. */
export function eachLine(stream: Readable | null, onLine: (line: string) => void) {
  let partial = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => {
    const lines = (partial + chunk).split('\n')
    partial = lines.pop() ?? ''
    for (const line of lines) if (line !== '') onLine(line)
  })
  stream?.on('end', () => {
    if (partial !== '') onLine(partial)
  })
}
