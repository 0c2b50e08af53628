import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { runCommand } from '../../lib/platform/bootstrap/run-command.mjs'

/** Why the tests with real routers can't run. It is a fault as root on Debian, where they must. */
export type RoutersMissing = { missing: string; isFault: boolean }

type Options = { onLine?: (line: string) => void }

interface Tool {
  name: string
  /** Debian's package */
  package: string
  /** exits with 0 where the tool is installed */
  probe: [command: string, ...args: string[]]
}

const NEEDED: Tool[] = [
  { name: 'BIRD 2 (bird)', package: 'bird2', probe: ['bird', '--version'] },
  { name: 'iproute2 (ip)', package: 'iproute2', probe: ['ip', '-V'] },
]

/** A test that lacks one of these is skipped and says so. Debian's are installed with those that are needed. */
const WELCOME: Tool[] = [
  { name: 'FRR', package: 'frr', probe: ['/usr/lib/frr/bgpd', '--version'] },
  { name: 'GoBGP', package: 'gobgpd', probe: ['gobgpd', '--version'] },
  { name: 'tshark', package: 'tshark', probe: ['tshark', '--version'] },
  { name: 'pmacct', package: 'pmacct', probe: ['pmbmpd', '-V'] },
  { name: 'Prometheus', package: 'prometheus', probe: ['promtool', '--version'] },
  { name: 'Alertmanager', package: 'prometheus-alertmanager', probe: ['prometheus-alertmanager', '--version'] },
  { name: 'rsyslog', package: 'rsyslog', probe: ['rsyslogd', '-v'] },
  { name: 'aiosmtpd', package: 'python3-aiosmtpd', probe: ['aiosmtpd', '--version'] },
]

/** What the packages of some start by themselves. */
const SERVICES: Readonly<Record<string, string>> = {
  bird2: 'bird',
  frr: 'frr',
  gobgpd: 'gobgpd',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  rsyslog: 'rsyslog',
}

/**
 * Finds what the tests with real routers need: BIRD 2 and permission to create network namespaces. As root on Debian it installs BIRD,
 * the routers that speak BMP, and the programs that other tests speak to.
 * @throws StepError when the installation fails
 */
export async function findRouters(root: string, options: Options = {}): Promise<{ version: string } | RoutersMissing> {
  if (process.platform !== 'linux') return without('network namespaces exist on Linux only')
  if (process.getuid?.() !== 0) return without('network namespaces need root')
  const isDebian = existsSync('/etc/debian_version')
  if (isDebian && [...NEEDED, ...WELCOME].some(isAbsent)) await install(root, options)
  const absent = NEEDED.find(isAbsent)
  if (absent) return without(`${absent.name} is not installed`, isDebian)
  const refused = tryNamespace()
  if (refused !== null) return without(`this machine does not permit network namespaces: ${refused}`, isDebian)
  const { stdout, stderr } = spawnSync('bird', ['--version'], { encoding: 'utf8' })
  return { version: `${stdout}${stderr}`.trim() }
}

const without = (missing: string, isFault = false): RoutersMissing => ({ missing, isFault })

function isAbsent({ probe: [command, ...args] }: Tool): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status !== 0
}

async function install(root: string, options: Options): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const packages = [...NEEDED, ...WELCOME].filter(isAbsent).map((tool) => tool.package)
  const advice = `install ${packages.join(', ')} yourself, or choose other stages`
  await runCommand('apt-get', ['update'], { cwd: root, env, advice, ...options })
  await runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
    cwd: root,
    env,
    advice,
    ...options,
  })
  if (!existsSync('/run/systemd/system')) return
  for (const name of packages) {
    const service = SERVICES[name]
    if (service !== undefined) spawnSync('systemctl', ['disable', '--now', service], { stdio: 'ignore' })
  }
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
