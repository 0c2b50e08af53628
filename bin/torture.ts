import { spawnSync } from 'node:child_process'
import path from 'node:path'

/** `npm run torture -- [--rounds=N] [--seed=S]`: the product under faults; see lab/testing/torture/main.ts. */
const script = path.resolve(import.meta.dirname, '../lab/testing/torture/main.ts')
const isRoot = process.getuid?.() === 0
// root may mount a disk for it, and have networks, which nobody else sees and which are gone with it
const apart = ['unshare', '--mount', ...(/ --(partitions|patroni)\b/.test(process.argv.join(' ')) ? ['--net'] : [])]
const [command = '', ...args] = [...(isRoot ? apart : []), process.execPath, script]
const { status } = spawnSync(command, [...args, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { LOG_LEVEL: 'error', ...process.env, ...(isRoot && { PEERWATCH_TORTURE_NAMESPACE: '1' }) },
})
process.exitCode = status ?? 1
