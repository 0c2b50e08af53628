/** `npx peerwatch`: command line program that queries a running Peerwatch. */
import { runPeerwatch } from './peerwatch/run.ts'

const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
process.once('SIGTERM', () => stop.abort())
// A program that reads only a part of the piped output (such as `head`) closes the pipe. A command that prints a list
// then ends immediately. Every other command runs to its end, because its exit code is the result of a check.
const isList = ['events', 'export'].includes(process.argv[2] ?? '')
let isClosed = false
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  if (isList) process.exit(0)
  isClosed = true
})

process.exitCode = await runPeerwatch(process.argv.slice(2), {
  env: process.env,
  now: Date.now,
  signal: stop.signal,
  out: (text) => isClosed || process.stdout.write(text),
  err: (text) => process.stderr.write(text),
})
