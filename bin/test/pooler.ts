import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { runCommand } from '../../lib/platform/bootstrap/run-command.mjs'

const POOLER = '/usr/sbin/pgbouncer'

/**
 * Finds pgbouncer for the long tests, which skip what needs it elsewhere; as root on Debian it is installed.
 * @returns its version, or that there is none
 * @throws StepError when the installation fails
 */
export async function findPooler(root: string, options: { onLine?: (line: string) => void } = {}): Promise<string> {
  if (!existsSync(POOLER) && process.getuid?.() === 0 && existsSync('/etc/debian_version')) await install(root, options)
  if (!existsSync(POOLER)) return 'none: pgbouncer is not installed'
  return spawnSync(POOLER, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0] ?? ''
}

async function install(root: string, options: { onLine?: (line: string) => void }): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const how = { cwd: root, env, advice: 'install pgbouncer yourself, or choose other stages', ...options }
  await runCommand('apt-get', ['update'], how)
  await runCommand('apt-get', ['install', '-y', '--no-install-recommends', 'pgbouncer'], how)
  if (existsSync('/run/systemd/system')) spawnSync('systemctl', ['disable', '--now', 'pgbouncer'], { stdio: 'ignore' })
}
