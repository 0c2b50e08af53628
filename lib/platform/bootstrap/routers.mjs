import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { runCommand } from './run-command.mjs'

/** @typedef {{ missing: string, isFault: boolean }} NoRouters why they cannot run here, and whether that is a fault: as root on Debian */

/**
 * The requirements of the tests with real routers: BIRD 2 and permission to create network namespaces. As root on Debian, BIRD is
 * installed.
 * @param {string} root
 * @param {{ onLine?: (line: string) => void }} [watching]
 * @returns {Promise<{ version: string } | NoRouters>}
 * @throws StepError when BIRD can't be installed where it ought to be
 */
export async function findRouters(root, watching) {
  if (process.platform !== 'linux') return without('network namespaces are Linux’s')
  if (process.getuid?.() !== 0) return without('making network namespaces needs root')
  const isDebian = existsSync('/etc/debian_version')
  if (isDebian && !(runs('bird', ['--version']) && runs('ip', ['-V']))) await install(root, watching)
  if (!runs('bird', ['--version'])) return without('BIRD 2 (bird) is not installed', isDebian)
  if (!runs('ip', ['-V'])) return without('iproute2 (ip) is not installed', isDebian)
  const refused = tryNamespace()
  if (refused !== null) return without(`this machine permits no network namespaces: ${refused}`, isDebian)
  const { stdout, stderr } = spawnSync('bird', ['--version'], { encoding: 'utf8' })
  return { version: `${stdout}${stderr}`.trim() }
}

/** @param {string} missing @returns {NoRouters} */
const without = (missing, isFault = false) => ({ missing, isFault })

/** @param {string} command @param {string[]} args */
function runs(command, args) {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status === 0
}

/**
 * @param {string} root
 * @param {{ onLine?: (line: string) => void }} [watching]
 */
async function install(root, watching) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const advice = 'install bird2 and iproute2 yourself, or choose other stages'
  await runCommand('apt-get', ['update'], { cwd: root, env, advice, ...watching })
  const packages = ['bird2', 'iproute2']
  await runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
    cwd: root,
    env,
    advice,
    ...watching,
  })
  // The package starts a router that the tests do not use.
  if (existsSync('/run/systemd/system')) spawnSync('systemctl', ['disable', '--now', 'bird'], { stdio: 'ignore' })
}

/** @returns {string | null} why one with a bridge and a pair of interfaces can't be made; null if it can */
function tryNamespace() {
  const name = `pwr${process.pid}-probe`
  const attempts = [
    ['netns', 'add', name],
    ['-n', name, 'link', 'add', 'bridge', 'type', 'bridge'],
    ['-n', name, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other'],
  ]
  try {
    for (const args of attempts) {
      const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8', timeout: 10_000 })
      if (status !== 0) return stderr?.trim() || error?.message || `ip ${args.join(' ')} failed`
    }
    return null
  } finally {
    spawnSync('ip', ['netns', 'del', name], { stdio: 'ignore' })
  }
}
