import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { runCommand } from '../../lib/platform/bootstrap/run-command.mjs'

/** Why the tests with real routers can't run. It is a fault as root on Debian, where they must. */
export type RoutersMissing = { missing: string; isFault: boolean }

type Options = { onLine?: (line: string) => void }

/**
 * Finds what the tests with real routers need: BIRD 2 and permission to create network namespaces. As root on Debian it installs BIRD.
 * @throws StepError when the installation fails
 */
export async function findRouters(root: string, options: Options = {}): Promise<{ version: string } | RoutersMissing> {
  if (process.platform !== 'linux') return without('network namespaces exist on Linux only')
  if (process.getuid?.() !== 0) return without('network namespaces need root')
  const isDebian = existsSync('/etc/debian_version')
  if (isDebian && !(runs('bird', ['--version']) && runs('ip', ['-V']))) await install(root, options)
  if (!runs('bird', ['--version'])) return without('BIRD 2 (bird) is not installed', isDebian)
  if (!runs('ip', ['-V'])) return without('iproute2 (ip) is not installed', isDebian)
  const refused = tryNamespace()
  if (refused !== null) return without(`this machine does not permit network namespaces: ${refused}`, isDebian)
  const { stdout, stderr } = spawnSync('bird', ['--version'], { encoding: 'utf8' })
  return { version: `${stdout}${stderr}`.trim() }
}

const without = (missing: string, isFault = false): RoutersMissing => ({ missing, isFault })

function runs(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status === 0
}

async function install(root: string, options: Options): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const advice = 'install bird2 and iproute2 yourself, or choose other stages'
  await runCommand('apt-get', ['update'], { cwd: root, env, advice, ...options })
  const packages = ['bird2', 'iproute2']
  await runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
    cwd: root,
    env,
    advice,
    ...options,
  })
  // The package enables a router of its own.
  if (existsSync('/run/systemd/system')) spawnSync('systemctl', ['disable', '--now', 'bird'], { stdio: 'ignore' })
}

/** Creates a namespace with a bridge and a pair of interfaces. @returns the error; null if it worked */
function tryNamespace(): string | null {
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
