/**
 * Webhooks that the compared systems sent. Each system reports in its own format which site is broken, since when, and
 * when the fault ended.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedAlarmWebhook {
  system: string
  /** time of arrival, in milliseconds */
  at: number
  /** number of the site that the webhook names, from 0; null = no site of the estate */
  site: number | null
  /** key of the alarm, which is the same in its begin and its end */
  alarm: string
  isOver: boolean
  /** bounds of the begin that the webhook reports; null = not reported */
  began: Span | null
  /** minimum and maximum duration that the webhook reports, in milliseconds; null = not reported */
  lasted: Span | null
  /**
   * Whether the webhook would wake somebody at night. For Peerwatch, this is a notification that needs somebody now.
   * For the other systems, it is every begin of an alarm.
   */
  wakes: boolean
  /** owners that the webhook names for the cause */
  owners: string[]
  /** text for people */
  text: string
}

type Span = readonly [earliest: number, latest: number]

type Said = Record<string, unknown>
const moment = (value: unknown): number | null => {
  const at = typeof value === 'number' ? value * 1_000 : Date.parse(String(value))
  return Number.isFinite(at) && at > 0 ? at : null
}
const point = (at: number | null): Span | null => (at === null ? null : [at, at])
const siteIn = (text: string): number | null => {
  const found = /(?:erc|gw|cxn|vnet|site)-(\d\d)\b/.exec(text)?.[1]
  return found === undefined ? null : Number(found) - 1
}
const spanOf = (value: unknown): Span | null => {
  if (!Array.isArray(value)) return null
  const [earliest, latest] = value.map(moment)
  return earliest == null || latest == null ? null : [earliest, latest]
}

type Read = Omit<ReceivedAlarmWebhook, 'system' | 'at'>

function ofPeerwatch({ type, data }: Said): Read[] {
  const one = data as Said
  if (type === 'digest') return (one.entries as Said[]).flatMap((entry) => ofPeerwatch({ type: '', data: entry }))
  const isOver = type === 'incident.closed' || one.reason === 'closed'
  const needed = (one.needsYou as { when?: string } | undefined)?.when ?? 'now'
  const common = {
    alarm: String(one.incidentId),
    isOver,
    wakes: !isOver && needed === 'now',
    text: `${type} ${one.kind}: ${one.title}`,
  }
  // faults that joined an open incident, or that opened an incident again
  const faults = (one.faults ?? []) as Said[]
  if (faults.length > 0)
    return faults.map((fault) => ({
      ...common,
      site: siteIn(`${fault.scope} ${fault.scopeName} ${fault.subject}`),
      began: spanOf(fault.startedBetween),
      lasted: null,
      owners: [String(fault.owner)],
    }))
  const outage = one.outage as { atLeastSeconds: number; atMostSeconds: number } | null
  // the last of several outages of an incident that opened again
  const last = ((one.outages ?? []) as { started: unknown; ended: unknown }[]).slice(1).at(-1)
  const [started, ended] = [spanOf(last?.started), spanOf(last?.ended)]
  return [
    {
      ...common,
      site: siteIn(`${one.scope} ${one.scopeName} ${one.subject}`),
      began: started ?? spanOf(one.startedBetween),
      lasted:
        started && ended
          ? [Math.max(0, ended[0] - started[1]), ended[1] - started[0]]
          : outage && [outage.atLeastSeconds * 1_000, outage.atMostSeconds * 1_000],
      owners: [String(one.owner)],
    },
  ]
}

function ofAlertmanager({ alerts }: Said): Read[] {
  return (alerts as { status: string; labels: Record<string, string>; startsAt: string; endsAt: string }[]).map(
    ({ status, labels, startsAt, endsAt }) => {
      const [from, to] = [moment(startsAt), moment(endsAt)]
      const isOver = status === 'resolved'
      return {
        site: siteIn(labels.site ?? ''),
        alarm: Object.values(labels).join(' '),
        isOver,
        wakes: !isOver,
        began: point(from),
        lasted: isOver && from !== null && to !== null ? [to - from, to - from] : null,
        owners: [],
        text: `${labels.alertname} ${labels.path}`,
      }
    },
  )
}

/**
 * Decodes the webhooks of our scripts for Icinga, Smokeping and Zabbix. `began` and `over` are Unix seconds as reported
 * by the system.
 */
function ofScript({ alarm, state, began, over }: Said): Read[] {
  const [from, to] = [moment(Number(began)), moment(Number(over))]
  const isOver = state === 'over'
  return [
    {
      site: siteIn(String(alarm)),
      alarm: String(alarm),
      isOver,
      wakes: !isOver,
      began: point(from),
      // Contains the time of the end at first. `#paired` replaces it by the duration, because only the webhook about
      // the begin of the alarm contains the time of the begin.
      lasted: isOver && to !== null ? [to, to] : null,
      owners: [],
      text: String(alarm),
    },
  ]
}

/** Receives webhooks at `/<system>`, through a port of this machine and through a Unix socket. */
export class AlarmWebhookReceiver {
  readonly all: ReceivedAlarmWebhook[] = []
  readonly unread: string[] = []
  readonly #servers: Server[]

  private constructor() {
    this.#servers = [0, 1].map(() =>
      createServer(async (request, response) => {
        const at = Date.now()
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk as Buffer)
        response.writeHead(200).end()
        const system = decodeURIComponent(request.url ?? '').slice(1)
        const body = Buffer.concat(chunks).toString()
        try {
          const said = JSON.parse(body) as Said
          const read = 'alerts' in said ? ofAlertmanager : 'data' in said ? ofPeerwatch : ofScript
          for (const hook of read(said)) this.all.push(this.#paired({ ...hook, system, at }))
        } catch {
          this.unread.push(`${system}: ${body.slice(0, 200)}`)
        }
      }),
    )
  }

  static async start(file: string): Promise<{ hooks: AlarmWebhookReceiver; url: string }> {
    const hooks = new AlarmWebhookReceiver()
    const [inside, outside] = hooks.#servers
    await new Promise<void>((resolve) => inside?.listen(file, resolve))
    await new Promise<void>((resolve) => outside?.listen(0, '127.0.0.1', resolve))
    const address = outside?.address() as AddressInfo
    return { hooks, url: `http://127.0.0.1:${address.port}` }
  }

  /**
   * Adds the begin and the duration to a webhook about the end of an alarm, if it contains only the time of the end.
   */
  #paired(hook: ReceivedAlarmWebhook): ReceivedAlarmWebhook {
    if (!hook.isOver || hook.began || !hook.lasted) return hook
    const began = this.all.findLast(
      ({ system, alarm, isOver }) => system === hook.system && alarm === hook.alarm && !isOver,
    )?.began
    const lasted = began ? hook.lasted[1] - began[0] : null
    return { ...hook, began: began ?? null, lasted: lasted === null ? null : [lasted, lasted] }
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections()
      server.close()
    }
  }
}
