import { spawnSync } from 'node:child_process'
import path from 'node:path'

/**
 * `npm run torture -- [--rounds=N] [--seed=S]`: runs the product while faults are injected; see
 * lab/testing/torture/main.ts.
 */
const script = path.resolve(import.meta.dirname, '../lab/testing/torture/main.ts')
const isRoot = process.getuid?.() === 0
// If the user is root, the test runs in its own mount namespace (and network namespace if needed). Its mounts and
// network settings then disappear with the process.
const apart = ['unshare', '--mount', ...(/ --(partitions|patroni)\b/.test(process.argv.join(' ')) ? ['--net'] : [])]
const [command = '', ...args] = [...(isRoot ? apart : []), process.execPath, script]
const { status } = spawnSync(command, [...args, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { LOG_LEVEL: 'error', ...process.env, ...(isRoot && { PEERWATCH_TORTURE_NAMESPACE: '1' }) },
})
process.exitCode = status ?? 1
