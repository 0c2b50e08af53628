import { readFileSync } from 'node:fs'
import path from 'node:path'
import { formatLockGapsDocument, findLockFaults, readLock } from '../lib/platform/bootstrap/lock-file.ts'

/**
 * Checks package-lock.json. Every package must have an integrity hash if a supported platform installs it. Packages of
 * other platforms without a hash must be listed in docs/lock-gaps.md.
 */
const root = path.join(import.meta.dirname, '..')
const lock = readLock(root)
const faults = findLockFaults(lock)
if (readFileSync(path.join(root, 'docs/lock-gaps.md'), 'utf8') !== formatLockGapsDocument(lock))
  faults.push('docs/lock-gaps.md lists other gaps')
for (const fault of faults) process.stderr.write(`package-lock.json: ${fault}\n`)
if (faults.length > 0) process.stderr.write('run node bin/complete-lock.ts\n')
process.stdout.write(`${Object.keys(lock.packages).length} packages, ${faults.length} faults\n`)
process.exitCode = faults.length > 0 ? 1 : 0
