import { type ChildProcess, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SYSLOG_PORT } from './customer-router.ts'
import { spawnInRouterNamespace } from './namespaces.ts'

const START_WITHIN_MS = 60_000

/**
 * Starts a real rsyslog that reads a router's own /dev/log and forwards it. The router's programs run in a separate
 * mount namespace, so that the log of this machine is unaffected.
 * @param folder folder that only this router uses
 * @param to.address receiver of the log; by default the router's own namespace
 * @param to.hostName name of the router in the lines; by default the name of this machine
 * @returns the daemon, and the command that runs another program with this log
 */
export async function startRsyslog(
  router: string,
  folder: string,
  { address = '127.0.0.1', hostName }: { address?: string; hostName?: string } = {},
): Promise<{ child: ChildProcess; with: string[] }> {
  const devices = path.join(folder, 'dev')
  mkdirSync(devices, { recursive: true })
  for (const device of ['null', 'zero', 'random', 'urandom']) spawnSync('cp', ['-a', `/dev/${device}`, devices])
  const config = path.join(folder, 'rsyslog.conf')
  writeFileSync(
    config,
    `${hostName === undefined ? '' : `global(localHostname="${hostName}")\n`}module(load="imuxsock" SysSock.Name="${devices}/log")
*.* action(type="omfwd" target="${address}" port="${SYSLOG_PORT}" protocol="tcp" TCP_Framing="octet-counted"
  template="RSYSLOG_SyslogProtocol23Format" queue.type="LinkedList" action.resumeRetryCount="-1")
`,
  )
  const child = spawnInRouterNamespace(router, 'rsyslogd', ['-n', '-f', config, '-i', path.join(folder, 'rsyslog.pid')])
  const deadline = performance.now() + START_WITHIN_MS
  while (!existsSync(path.join(devices, 'log'))) {
    if (performance.now() > deadline) throw new Error('rsyslogd did not start')
    await delay(20)
  }
  return { child, with: ['sh', '-c', `mount --bind ${devices} /dev && exec "$@"`, 'sh'] }
}
