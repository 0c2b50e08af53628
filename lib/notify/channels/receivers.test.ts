import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MessageContent, IncidentContent } from '../content.ts'
import { defaultNotifySettings } from '../settings.ts'
import { testOutageMessageContent, testEndedOutageMessageContent } from '../testing/content.ts'
import { loopbackOnly, publicOnly } from '../testing/outbound.ts'
import { receiveWebhooks, TEST_WEBHOOK_SECRET } from '../testing/webhook-receiver.ts'
import { sendAlerts } from './alertmanager.ts'
import { sendCloudEvent } from './cloudevents.ts'
import { sendEmailNotification } from './email.ts'
import { sendPagerDutyEvents } from './pagerduty.ts'
import type { SenderContext } from './sender.ts'
import { sendSlack } from './slack.ts'
import { sendSyslog } from './syslog.ts'
import { sendTeams } from './teams.ts'

const context: SenderContext = {
  now: () => Date.parse(testOutageMessageContent.at),
  settings: { ...defaultNotifySettings, 'webhook.timeout': 5_000 },
  mail: null,
  publicUrl: 'https://pw.example',
  outbound: loopbackOnly,
}
const messageOf = (content: MessageContent) => ({ id: 'msg_1', inReplyTo: null, content })
const isInstalled = (program: string, ...args: string[]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** Waits until a started program answers. */
async function until(isThere: () => Promise<boolean>): Promise<void> {
  while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 50))
}

const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-receivers-'))
const children: ChildProcess[] = []
const start = (program: string, args: string[]) => children.push(spawn(program, args, { stdio: 'ignore' }))
afterAll(async () => {
  for (const child of children) {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
})

describe('by HTTP', () => {
  it.each([
    { name: 'Slack', send: sendSlack },
    { name: 'Teams', send: sendTeams },
  ])('$name gets one JSON body, and nowhere that is not allowed', async ({ send }) => {
    const bodies: string[] = []
    const server = createHttp((request, response) => {
      request.on('data', (part) => bodies.push(String(part))).on('end', () => response.writeHead(202).end())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/services/T0/B0/x`
    const channel = { target: { url }, secret: null }
    expect(await send(channel, messageOf(testOutageMessageContent), context)).toEqual({
      delivered: true,
      answer: 'HTTP 202',
    })
    const refused = await send(channel, messageOf(testOutageMessageContent), { ...context, outbound: publicOnly })
    expect(refused).toMatchObject({ delivered: false, error: expect.stringMatching(/OUTBOUND_ALLOW/) })
    server.closeAllConnections()
    server.close()
    expect(bodies).toHaveLength(1)
    expect(JSON.parse(bodies.join(''))).toBeTypeOf('object')
  })

  it('a CloudEvent has its content type and a signature', async () => {
    const receiver = await receiveWebhooks(TEST_WEBHOOK_SECRET)
    const channel = { target: { url: receiver.url }, secret: TEST_WEBHOOK_SECRET }
    expect(await sendCloudEvent(channel, messageOf(testOutageMessageContent), context)).toMatchObject({
      delivered: true,
    })
    expect(receiver.received[0]?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
    expect(receiver.received[0]?.body).toMatchObject({ specversion: '1.0', id: 'msg_1' })
    expect(
      await sendCloudEvent({ ...channel, secret: null }, messageOf(testOutageMessageContent), context),
    ).toMatchObject({
      delivered: false,
    })
    await receiver.close()
  })

  it('PagerDuty: the first event that is refused ends the attempt, and its words are ours', async () => {
    let count = 0
    const server = createHttp((_, response) => {
      count += 1
      response.writeHead(count === 2 ? 403 : 202).end('{"status":"secret words"}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/v2/enqueue`
    const entries = ['i1', 'i2', 'i3'].map((incidentId) => ({ ...testOutageMessageContent, incidentId }))
    const digest = messageOf({ reason: 'digest', severity: 'major', entries, at: testOutageMessageContent.at })
    expect(await sendPagerDutyEvents(url, 'k', digest, context)).toMatchObject({
      delivered: false,
      error: 'HTTP 403: PagerDuty refuses the integration key',
    })
    expect(count).toBe(2)
    expect(await sendPagerDutyEvents(url, null, digest, context)).toMatchObject({
      error: expect.stringMatching(/no integration key/),
    })
    server.closeAllConnections()
    server.close()
  })
})

describe.skipIf(!isInstalled('prometheus-alertmanager', '--version'))('a real Alertmanager', () => {
  let url = ''
  beforeAll(async () => {
    const config = path.join(folder, 'alertmanager.yml')
    writeFileSync(config, 'route: { receiver: none, group_wait: 1s }\nreceivers: [{ name: none }]\n')
    const listen = `127.0.0.1:${await freePort()}`
    url = `http://${listen}/`
    const args = [`--config.file=${config}`, `--storage.path=${folder}/am`, `--web.listen-address=${listen}`]
    start('prometheus-alertmanager', [...args, '--cluster.listen-address='])
    await until(() =>
      fetch(`${url}-/ready`).then(
        ({ status }) => status === 200,
        () => false,
      ),
    )
  })

  const active = async () => {
    const alerts = (await (await fetch(`${url}api/v2/alerts?active=true`)).json()) as {
      labels: Record<string, string>
      annotations: Record<string, string>
      generatorURL: string
    }[]
    return alerts.map(({ labels, annotations, generatorURL }) => [
      labels.alertname,
      annotations.severity,
      labels.incident,
      generatorURL,
    ])
  }
  /** Sets the times of a message relative to the real time, because Alertmanager ends alerts by the real clock. */
  const now = (content: IncidentContent): IncidentContent => ({
    ...content,
    at: new Date().toISOString(),
    started: ['1970-01-01T00:00:00.000Z', new Date(Date.now() - 60_000).toISOString()],
  })
  const send = (content: MessageContent) => sendAlerts({ target: { url }, secret: null }, messageOf(content), context)

  it('has an alert while an incident goes on, of its severity, and none after it', async () => {
    expect(await send(now(testOutageMessageContent))).toEqual({ delivered: true, answer: 'HTTP 200' })
    const link = 'https://pw.example/incidents/i1'
    await expect.poll(active).toEqual([['PeerwatchIncident', 'major', 'i1', link]])
    // facts that become known later
    const later = { severity: 'critical', kind: 'circuit_down', owner: 'own_change', scopeName: 'ckt' } as const
    await send(now({ ...testOutageMessageContent, ...later, reason: 'raised' }))
    await expect.poll(active).toEqual([['PeerwatchIncident', 'critical', 'i1', link]])
    await send(now({ ...testEndedOutageMessageContent, ...later }))
    await expect.poll(active).toEqual([])
  })

  it('takes a test', async () => {
    expect(
      await send({ reason: 'test', severity: 'info', channel: 'NOC', at: new Date().toISOString() }),
    ).toMatchObject({ delivered: true })
    await expect.poll(async () => (await active()).map(([name]) => name)).toEqual(['PeerwatchTest'])
  })
})

describe.skipIf(!isInstalled('rsyslogd', '-v'))('a real rsyslog', () => {
  const log = path.join(folder, 'syslog')
  let ports: { tcp: number; udp: number }
  beforeAll(async () => {
    ports = { tcp: await freePort(), udp: await freePort() }
    const fields = ['pri', 'timereported:::date-rfc3339', 'app-name', 'msgid', 'structured-data', 'msg'].map(
      (name) => `%${name}%`,
    )
    writeFileSync(
      path.join(folder, 'rsyslog.conf'),
      `global(workDirectory="${folder}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
module(load="imtcp") module(load="imudp")
input(type="imtcp" port="${ports.tcp}" address="127.0.0.1") input(type="imudp" port="${ports.udp}" address="127.0.0.1")
template(name="fields" type="string" string="${fields.join('|')}\\n")
action(type="omfile" file="${log}" template="fields")
`,
    )
    start('rsyslogd', ['-n', '-f', path.join(folder, 'rsyslog.conf'), '-i', path.join(folder, 'rsyslog.pid')])
    const isOpen = () =>
      sendSyslog(
        { target: { server: `tcp://127.0.0.1:${ports.tcp}` }, secret: null },
        messageOf(testEndedOutageMessageContent),
        context,
      ).then(({ delivered }) => delivered)
    await until(isOpen)
  })
  const written = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [])

  it.each(['tcp', 'udp'] as const)('reads what comes by %s, digests line by line', async (transport) => {
    const server = `${transport}://127.0.0.1:${ports[transport]}`
    const entries = [`${transport}1`, `${transport}2`].map((incidentId) => ({
      ...testOutageMessageContent,
      incidentId,
      subject: 'a"b]c\\d',
    }))
    const digest: MessageContent = { reason: 'digest', severity: 'major', entries, at: testOutageMessageContent.at }
    expect(await sendSyslog({ target: { server }, secret: null }, messageOf(digest), context)).toMatchObject({
      delivered: true,
    })
    const own = () => written().filter((line) => line.includes(`incident="${transport}`))
    await expect.poll(() => own().length, { timeout: 30_000 }).toBe(2)
    const [pri, time, app, msgid, data, msg] = own()[0]?.split('|') ?? []
    expect([pri, app, msgid]).toEqual(['131', 'peerwatch', 'opened'])
    expect(Date.parse(time ?? '')).toBe(Date.parse(testOutageMessageContent.at))
    expect(data).toContain('subject="a\\"b\\]c\\\\d"')
    expect(msg).toContain('[MAJOR] Path down: London <primary>')
  })

  it('is not reached where it is not allowed, or does not listen', async () => {
    const target = { server: `udp://127.0.0.1:${ports.udp}` }
    const refused = await sendSyslog({ target, secret: null }, messageOf(testOutageMessageContent), {
      ...context,
      outbound: publicOnly,
    })
    expect(refused).toMatchObject({ delivered: false, error: expect.stringMatching(/OUTBOUND_ALLOW/) })
    const closed = { server: `tls://127.0.0.1:${await freePort()}` }
    expect(
      await sendSyslog({ target: closed, secret: null }, messageOf(testOutageMessageContent), context),
    ).toMatchObject({
      delivered: false,
    })
  })
})

describe.skipIf(!isInstalled('aiosmtpd', '--version'))("Debian's aiosmtpd", () => {
  const box = path.join(folder, 'mail')
  let port = 0
  beforeAll(async () => {
    port = await freePort()
    start('aiosmtpd', ['-n', '-l', `127.0.0.1:${port}`, '-c', 'aiosmtpd.handlers.Mailbox', box])
    await until(
      () =>
        new Promise((resolve) => {
          const socket = connect(port, '127.0.0.1')
          socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
          socket.once('connect', () => socket.destroy())
        }),
    )
  })

  it('takes the opening and the end of an incident as one thread', async () => {
    const mail = { url: `smtp://127.0.0.1:${port}`, from: 'Peerwatch <noc@example.com>' }
    const channel = { target: { to: ['oncall@example.org', 'noc@example.org'] }, secret: null }
    const opening = { id: 'msg_1', inReplyTo: null, content: testOutageMessageContent }
    const end = { id: 'msg_2', inReplyTo: 'msg_1', content: testEndedOutageMessageContent }
    for (const message of [opening, end]) {
      expect(await sendEmailNotification(channel, message, { ...context, mail })).toMatchObject({ delivered: true })
    }
    const arrived = readdirSync(path.join(box, 'new')).map((name) => readFileSync(path.join(box, 'new', name), 'utf8'))
    expect(arrived).toHaveLength(2)
    expect(arrived.filter((text) => /^Message-ID: <msg_1@example\.com>/m.test(text))).toHaveLength(1)
    expect(arrived.filter((text) => /^In-Reply-To: <msg_1@example\.com>/m.test(text))).toHaveLength(1)
    expect(arrived[0]).toMatch(/^X-RcptTo: oncall@example\.org, noc@example\.org/m)
    expect(arrived[0]).toMatch(/^List-ID: .*<peerwatch\.example\.com>/im)
  })
})
