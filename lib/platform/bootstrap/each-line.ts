import type { Readable } from 'node:stream'

/** Calls a function for every line of a text stream, without the line end. Empty lines are skipped. */
export function callForEachLine(stream: Readable | null, onLine: (line: string) => void) {
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
