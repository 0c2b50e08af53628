import { spawnSync } from 'node:child_process'
import {
  DOVECOT_PROGRAM,
  isProgramMissing,
  type SystemProgram,
  readProgramVersion,
} from '../../lib/platform/system-programs.ts'
import { canInstall, type InstallOptions, installMissingPackages } from './packages.ts'

/**
 * The reason why the tests with real routers cannot run on this machine. `isFault` = they should run here, because the
 * user is root on Debian.
 */
export type MissingRouterProgramsReason = { missing: string; isFault: boolean }

const BIRD: SystemProgram = { name: 'BIRD 2 (bird)', package: 'bird2', probe: ['bird', '--version'], service: 'bird' }
const NEEDED: SystemProgram[] = [BIRD, { name: 'iproute2 (ip)', package: 'iproute2', probe: ['ip', '-V'] }]

/**
 * Optional programs. If one is missing, the tests that need it are skipped with a message. On Debian, root installs
 * them together with the required programs.
 */
const WELCOME: SystemProgram[] = [
  { name: 'FRR', package: 'frr', probe: ['/usr/lib/frr/bgpd', '--version'], service: 'frr' },
  { name: 'GoBGP', package: 'gobgpd', probe: ['gobgpd', '--version'], service: 'gobgpd' },
  { name: 'tshark', package: 'tshark', probe: ['tshark', '--version'] },
  { name: 'pmacct', package: 'pmacct', probe: ['pmbmpd', '-V'] },
  { name: 'Prometheus', package: 'prometheus', probe: ['promtool', '--version'], service: 'prometheus' },
  {
    name: 'Alertmanager',
    package: 'prometheus-alertmanager',
    probe: ['prometheus-alertmanager', '--version'],
    service: 'prometheus-alertmanager',
  },
  { name: 'rsyslog', package: 'rsyslog', probe: ['rsyslogd', '-v'], service: 'rsyslog' },
  { name: 'aiosmtpd', package: 'python3-aiosmtpd', probe: ['aiosmtpd', '--version'] },
  DOVECOT_PROGRAM,
]

/**
 * Checks whether the tests with real routers can run here. They need BIRD 2 and the permission to create network
 * namespaces. On Debian, root also installs BIRD, other routers that support BMP, and programs for other tests.
 * @throws StepError if the installation fails
 */
export async function findRouterPrograms(
  root: string,
  options: InstallOptions = {},
): Promise<{ version: string } | MissingRouterProgramsReason> {
  if (process.platform !== 'linux') return without('network namespaces exist on Linux only')
  if (process.getuid?.() !== 0) return without('network namespaces need root')
  const isDebian = canInstall()
  if (isDebian) await installMissingPackages(root, [...NEEDED, ...WELCOME], options)
  const absent = NEEDED.find(isProgramMissing)
  if (absent) return without(`${absent.name} is not installed`, isDebian)
  const refused = tryNamespace()
  if (refused !== null) return without(`this machine does not permit network namespaces: ${refused}`, isDebian)
  return { version: readProgramVersion(BIRD) ?? '' }
}

const without = (missing: string, isFault = false): MissingRouterProgramsReason => ({ missing, isFault })

/**
 * Creates a network namespace with a bridge and a pair of interfaces, to test whether this machine permits it.
 * @returns the error; null if it is permitted
 */
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
