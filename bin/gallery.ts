import { spawnSync } from 'node:child_process'
import path from 'node:path'

/** `npm run gallery`: runs e2e/gallery/command.ts. That file describes the arguments. */
const command = path.resolve(import.meta.dirname, '../e2e/gallery/command.ts')
const { status } = spawnSync(process.execPath, [command, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { LOG_LEVEL: 'error', ...process.env },
})
process.exitCode = status ?? 1
