/** `npx peerwatch`: command line program that queries a running Peerwatch. */
import { runPeerwatch } from './peerwatch/run.ts'

const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
process.once('SIGTERM', () => stop.abort())
// If the output is piped into a program that reads only a part (such as head), that program closes the pipe. Commands
// that print lists then end. Other commands still run to their end, because their exit code is needed.
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
