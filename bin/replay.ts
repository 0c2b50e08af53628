/**
 * `npm run replay FILE`: serves a recording as if it was Azure. The first line of stdout is for example
 * `{"event":"listening","url":"http://127.0.0.1:PORT"}`.
 */
import { readRecording, RecordingError, serveRecording } from '#lib/recording/index.ts'
import { parseArguments, exitWithFailure } from './command-line/exit-with-failure.ts'

const USAGE = `usage: npm run replay FILE [-- [--port N] [--host ADDRESS] [--speed N]]

  --port   a free one unless given
  --speed  recorded seconds a second (1)`

const fail: (...lines: string[]) => never = (...lines) => exitWithFailure('replay', lines)

const { values, positionals } = parseArguments('replay', USAGE, {
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    speed: { type: 'string', default: '1' },
    help: { type: 'boolean' },
  },
  allowPositionals: true,
})
const [file, ...others] = positionals
if (file === undefined || others.length > 0) fail('name one recording', USAGE)
const port = Number(values.port)
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port ${values.port}: not a port from 0 to 65535`)
const speed = Number(values.speed)
if (!(speed > 0 && speed <= 10_000)) fail(`--speed ${values.speed}: not a number above 0, at most 10000`)

try {
  const recording = readRecording(file)
  const server = await serveRecording(recording, { port, host: values.host, speed })
  process.stdout.write(`${JSON.stringify({ event: 'listening', url: server.url })}\n`)
  const span = `${new Date(server.from).toISOString()} to ${new Date(server.to).toISOString()}`
  process.stderr.write(
    `replay: ${recording.exchanges.length} answers from ${span}, speed ${speed}; after the last one it stands still\n` +
      `replay: AZURE_SUBSCRIPTION_IDS='*' AZURE_RESOURCE_MANAGER_URL=${server.url} AZURE_MONITOR_METRICS_URL=${server.url} IDENTITY_ENDPOINT=${server.url}/msi/token IDENTITY_HEADER=replay npm start\n`,
  )
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => server.close().then(() => process.exit(0)))
} catch (error) {
  if (error instanceof RecordingError) fail(error.message)
  fail(`${values.host}:${port}: ${(error as Error).message}`)
}
