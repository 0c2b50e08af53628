/**
 * Network namespaces of one run. Their names contain the ID of the process that created them, so that a later run can
 * remove the namespaces of a crashed one.
 */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

const OURS = /^pwr(\d+)-/

/**
 * Runs a program and resolves with its output.
 * @throws Error with the program's error output unless it exits with 0
 */
export function runProgram(command: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'pipe' })
    let [output, errors] = ['', '']
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (errors += chunk))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(new Error(`${command} ${args.join(' ')}: ${errors.trim() || `exit ${code}`}`)),
    )
    // writing fails if the program ends before it has read all input; its exit code then reports the reason
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

export const getRouterNamespaceName = (router: string): string => `pwr${process.pid}-${router}`

/**
 * Starts a program inside a router's namespace. The program is killed when this process ends for any reason. It runs
 * with a higher priority than other programs, so that a busy machine does not look like a lost neighbor or a lost
 * packet.
 */
export function spawnInRouterNamespace(
  router: string,
  command: string,
  args: readonly string[],
  stdio: StdioOptions = 'ignore',
): ChildProcess {
  const all = ['netns', 'exec', getRouterNamespaceName(router), 'setpriv', '--pdeathsig', 'KILL', command, ...args]
  const child = spawn('ip', all, { stdio, env: { ...process.env, TZ: 'UTC' } })
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_HIGH)
  return child
}

const ANSWERS_WITHIN_MS = 60_000

/**
 * Resolves when a daemon answers a request.
 * @throws the error of the last request, if the daemon has ended or a minute has passed
 */
export async function waitForDaemonAnswer(child: ChildProcess, ask: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + ANSWERS_WITHIN_MS
  for (;;) {
    try {
      await ask()
      return
    } catch (error) {
      if (performance.now() > deadline || child.exitCode !== null) throw error
      await delay(20)
    }
  }
}

/** Kills a program immediately and resolves when it is gone. */
export async function killProcessAndWait(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

/** Runs `ip` commands, one a line, inside a router's namespace. */
export async function runIpCommandsInNamespace(router: string, commands: readonly string[]): Promise<void> {
  await runProgram('ip', ['-n', getRouterNamespaceName(router), '-batch', '-'], `${commands.join('\n')}\n`)
}

/**
 * Kernel settings of a router. It forwards packets, distributes flows over equal-cost paths by hash, and accepts
 * packets that arrive over another path than the one to their source.
 */
const SETTINGS = {
  'net/ipv4/ip_forward': '1',
  'net/ipv4/fib_multipath_hash_policy': '1',
  'net/ipv4/conf/all/rp_filter': '0',
  'net/ipv4/conf/default/rp_filter': '0',
  'net/ipv6/conf/default/disable_ipv6': '1',
}

export async function createRouterNamespace(router: string): Promise<void> {
  const name = getRouterNamespaceName(router)
  await runProgram('ip', ['netns', 'add', name])
  await runIpCommandsInNamespace(router, ['link set lo up'])
  const lines = Object.entries(SETTINGS).map(([file, value]) => `echo ${value} > /proc/sys/${file}`)
  await runProgram('ip', ['netns', 'exec', name, 'sh', '-ec', lines.join('\n')])
}

/** Removes a namespace and kills all programs in it. */
async function removeNamespace(name: string): Promise<void> {
  const inside = (await runProgram('ip', ['netns', 'pids', name])).split('\n').filter(Boolean)
  for (const pid of inside) endProcess(Number(pid))
  await runProgram('ip', ['netns', 'del', name])
}

export async function removeRouterNamespaces(routers: readonly string[]): Promise<void> {
  for (const router of routers) await removeNamespace(getRouterNamespaceName(router))
}

/** Removes the namespaces of earlier runs whose process has ended. */
export async function removeLeftoverRouterNamespaces(): Promise<void> {
  const listed = (await runProgram('ip', ['netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? '')
  for (const name of listed) {
    const maker = OURS.exec(name)?.[1]
    if (maker && !isRunning(Number(maker))) await removeNamespace(name)
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Returns the byte counters of an interface in the namespace of a process. */
export function interfaceBytes(pid: number, name: string): { received: bigint; sent: bigint } {
  const line = readFileSync(`/proc/${pid}/net/dev`, 'utf8')
    .split('\n')
    .find((text) => text.trim().startsWith(`${name}:`))
  const fields = line?.split(':')[1]?.trim().split(/\s+/) ?? []
  return { received: BigInt(fields[0] ?? 0), sent: BigInt(fields[8] ?? 0) }
}

/** The kernel's flag of a complete ARP entry (ATF_COM in Linux's if_arp.h). */
const COMPLETE = 0x2

/** Reports whether the namespace of a process has an ARP entry for a neighbor. */
export function hasArpEntry(pid: number, address: string): boolean {
  return readFileSync(`/proc/${pid}/net/arp`, 'utf8')
    .split('\n')
    .map((line) => line.split(/\s+/))
    .some(([ip, , flags]) => ip === address && (Number(flags) & COMPLETE) !== 0)
}
