/** `npx peerwatch`: asks a running Peerwatch. */
import { runPeerwatch } from './peerwatch/run.ts'

const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
process.once('SIGTERM', () => stop.abort())
// a reader that has enough, such as head, closes the pipe
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runPeerwatch(process.argv.slice(2), {
  env: process.env,
  now: Date.now,
  signal: stop.signal,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
})
