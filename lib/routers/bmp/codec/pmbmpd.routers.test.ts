import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { BmpDecoder } from './decoder.ts'
import type { BmpMessage } from './message.ts'
import { bytesOfHex } from './testing/hex.ts'
import { frrBmpMessageBytes, gobgpBmpMessageBytes } from './testing/router-bytes.ts'

const REASONS = { local: 1, localWithoutNotification: 2, remote: 3, remoteWithoutNotification: 4 }
const isPresent = spawnSync('pmbmpd', ['-V'], { stdio: 'ignore' }).status === 0

/** Returns the content of a message that pmacct prints too. pmacct does not print the NOTIFICATION and the OPENs. */
function saidByUs(message: BmpMessage): string[] {
  switch (message.type) {
    case 'initiation':
      return [`init ${message.sysDescr} ${message.sysName}`]
    case 'peerUp': {
      const { peer, localAddress, localPort, remotePort } = message
      return [`up ${peer.address} ${peer.asn} ${peer.bgpId} ${localAddress} ${localPort} ${remotePort}`]
    }
    case 'peerDown':
      return [`down ${message.peer.address} ${REASONS[message.reason.by as keyof typeof REASONS]}`]
    case 'routeMonitoring': {
      const { peer, update } = message
      const of = `${peer.address} ${peer.view === 'adjInPost' ? 'after' : 'before'} policy`
      const announced = update.announced.flatMap(({ prefixes, nextHop }) =>
        prefixes.map(
          ({ prefix }) =>
            `${of} ${prefix} ${nextHop} ${(update.attributes.asPath ?? []).flatMap(({ asns }) => asns).join(' ')}`,
        ),
      )
      const gone = update.withdrawn.flatMap(({ prefixes }) => prefixes.map(({ prefix }) => `${of} ${prefix} withdrawn`))
      return [...announced, ...gone]
    }
    default:
      return []
  }
}

function saidByPmacct(line: Record<string, string | number>): string[] {
  const of = `${line.peer_ip} ${line.is_post === 1 ? 'after' : 'before'} policy ${line.ip_prefix}`
  if (line.bmp_msg_type === 'init') return [`init ${line.bmp_init_info_sysdescr} ${line.bmp_init_info_sysname}`]
  if (line.bmp_msg_type === 'peer_up')
    return [
      `up ${line.peer_ip} ${line.peer_asn} ${line.bgp_id} ${line.local_ip} ${line.local_port} ${line.remote_port}`,
    ]
  if (line.bmp_msg_type === 'peer_down') return [`down ${line.peer_ip} ${line.reason_type}`]
  if (line.log_type === 'update') return [`${of} ${line.bgp_nexthop} ${line.as_path}`]
  return line.log_type === 'withdraw' ? [`${of} withdrawn`] : []
}

it.skipIf(!isPresent).each([
  [
    'FRR',
    [
      frrBmpMessageBytes.initiation,
      frrBmpMessageBytes.peerUp,
      frrBmpMessageBytes.announcement,
      frrBmpMessageBytes.withdrawal,
      frrBmpMessageBytes.downByRemoteReset,
      frrBmpMessageBytes.peerUp,
      frrBmpMessageBytes.downByConnection,
    ],
  ],
  [
    'GoBGP',
    [
      gobgpBmpMessageBytes.initiation,
      gobgpBmpMessageBytes.peerUp,
      gobgpBmpMessageBytes.announcement,
      gobgpBmpMessageBytes.downByHoldTimer,
    ],
  ],
])('pmacct reads of %s what we read', async (_, messages) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-pmacct-'))
  const log = path.join(folder, 'log.json')
  const port = await findFreePort()
  writeFileSync(
    path.join(folder, 'conf'),
    `daemonize: false
bmp_daemon_ip: 127.0.0.1
bmp_daemon_port: ${port}
bmp_daemon_msglog_file: ${log}
bmp_daemon_msglog_output: json
`,
  )
  const daemon = spawn('pmbmpd', ['-f', path.join(folder, 'conf')], { stdio: 'ignore' })
  try {
    const bytes = Buffer.concat(messages.map(bytesOfHex))
    const expected = [...new BmpDecoder().push(bytes)].flatMap(saidByUs)
    await expect.poll(() => isListening(port), { timeout: 20_000 }).toBe(true)
    const router = connect(port, '127.0.0.1')
    router.write(bytes)
    const said = () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .split('\n')
            .flatMap((line) => (line.endsWith('}') ? saidByPmacct(JSON.parse(line)) : []))
        : []
    await expect.poll(said, { timeout: 20_000 }).toEqual(expected)
    router.destroy()
  } finally {
    // an idle daemon ignores SIGTERM
    daemon.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})

async function isListening(port: number): Promise<boolean> {
  const probe = connect(port, '127.0.0.1')
  try {
    await once(probe, 'connect')
    return true
  } catch {
    return false
  } finally {
    probe.destroy()
  }
}
