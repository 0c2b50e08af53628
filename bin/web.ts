import { spawn } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { SettingsError, settings } from '#lib/platform/settings.ts'

/** `npm run web` serves what was built, `npm run dev` builds as it goes; both where HOST and PORT say. */
function main(): void {
  const { values } = parseArgs({ options: { dev: { type: 'boolean', default: false } } })
  const { host, port } = settings()
  const root = path.resolve(import.meta.dirname, '..')
  const next = path.join(root, 'node_modules/next/dist/bin/next')
  const child = spawn(process.execPath, [next, values.dev ? 'dev' : 'start', '-H', host, '-p', String(port)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
}

try {
  main()
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
