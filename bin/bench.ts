import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'

/** `npm run bench [NAME ...]`: runs lab/NAME.ts one after the other, all of them when none is named. */
const folder = path.resolve(import.meta.dirname, '../lab')
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
const [names, options] = [
  process.argv.slice(2).filter((arg) => !arg.startsWith('--')),
  process.argv.slice(2).filter((arg) => arg.startsWith('--')),
]
const unknown = names.filter((name) => !known.includes(name))
if (options.includes('--help')) {
  process.stdout.write(`npm run bench -- [NAME ...] [OPTION ...]; there are: ${known.join(', ')}\n`)
} else if (unknown.length > 0) {
  process.stderr.write(`there is no bench ${unknown.join(', ')}; there are: ${known.join(', ')}\n`)
  process.exitCode = 1
} else {
  for (const name of names.length > 0 ? names : known) {
    const { status } = spawnSync(process.execPath, [path.join(folder, `${name}.ts`), ...options], {
      stdio: 'inherit',
      // a bench that stops its own database would fill its output with lost connections
      env: { LOG_LEVEL: 'error', ...process.env },
    })
    if (status !== 0) process.exitCode = 1
  }
}
