import { MS_PER_DAY, MS_PER_HOUR, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { oneCircuitScenario, type ScenarioInput } from '../simulator/index.ts'

type Happening = NonNullable<ScenarioInput['happenings']>[number]
type Fault = Extract<Happening, { op: 'api-fault' }>['fault']

interface Script {
  /** seconds after zero of the timeline */
  from: number
  until: number
  /** minimum duration of a change in seconds, so that at least one poll observes it */
  leastSeconds: number
  /** maximum number of seconds that are added at random to `leastSeconds` */
  lasts: number
  quiet: number
  refusals: readonly Fault[]
  refusedSeconds: number
}

/** A past at the default poll intervals. The minimum duration is twice the interval of table polls. */
export const createDefaultPollingScript = (hours: number): Script => ({
  from: 5_400 - hours * 3_600,
  until: -5_400,
  leastSeconds: 660,
  lasts: 2_400,
  quiet: 3_600,
  refusals: ['500'],
  refusedSeconds: 300,
})

/**
 * Generates changes of the estate, one after the other. Generates also periods in which Azure refuses requests, which
 * can overlap any change.
 */
export function drawRandomEstateChanges(random: () => number, script: Script): Happening[] {
  const below = (n: number) => Math.floor(random() * n)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const moment = (seconds: number) => `${seconds < 0 ? '-' : '+'}${Math.abs(Math.round(seconds))}s`
  const { leastSeconds, lasts, quiet, refusals, refusedSeconds } = script
  const found: Happening[] = []
  let at = script.from
  while (at < script.until) {
    const seconds = leastSeconds + below(lasts)
    const during = { at: moment(at), for: `${seconds}s` }
    found.push(
      pick<Happening>([
        { op: 'cut-path', circuit: 'erc-pair', path: pick(['primary', 'secondary', 'both']), ...during },
        { op: 'session-loss', circuit: 'erc-pair', path: pick(['primary', 'secondary']), ...during },
        {
          op: 'session-loss',
          gateway: 'gw-pair',
          instance: pick(['10.0.4.12', '10.0.4.13']),
          neighbor: pick(['10.0.4.4', '10.0.4.5']),
          ...during,
        },
        { op: 'withdraw', circuit: 'erc-pair', prefixes: [pick(['10.10.0.0/16', '10.11.0.0/16'])], ...during },
        {
          op: 'announce',
          circuit: 'erc-pair',
          site: 'dc-pair',
          prefixes: ['10.10.4.0/24'],
          asPath: [65001, 64900],
          ...during,
        },
      ]),
    )
    if (below(4) === 0)
      found.push({
        op: 'api-fault',
        fault: pick(refusals),
        operation: '*',
        at: moment(at - lasts / 2 + below(lasts)),
        for: `${refusedSeconds + below(5 * refusedSeconds)}s`,
      })
    at += seconds + leastSeconds + below(quiet)
  }
  return found
}

const CIRCUITS = [
  { name: 'erc-unlimited', family: 'UnlimitedData', bandwidthMbps: 200 },
  { name: 'erc-premium', tier: 'Premium', bandwidthMbps: 500 },
  { name: 'erc-changing', bandwidthMbps: 100 },
] as const

/**
 * Returns the estate of the scenario `pair` with additional circuits. Their terms change in the month before and in the
 * month after `turn`.
 * @param turn the moment at which the month changes
 */
export function estateWithChangingTerms(turn: number): ScenarioInput {
  const [circuit] = oneCircuitScenario.circuits ?? []
  const set = (name: string, hours: number, terms: Record<string, unknown>): Happening => ({
    op: 'configuration',
    kind: 'circuit',
    name,
    at: new Date(turn + hours * MS_PER_HOUR + 7 * 61 * MS_PER_SECOND).toISOString(),
    set: terms,
  })
  return {
    ...oneCircuitScenario,
    circuits: [
      ...(oneCircuitScenario.circuits ?? []),
      ...CIRCUITS.map((own, n) => ({
        ...circuit,
        ...own,
        peerings: [
          {
            vlan: 200 + n,
            peerAsn: 65_001,
            primary: `192.0.2.${16 + 8 * n}/30`,
            secondary: `192.0.2.${20 + 8 * n}/30`,
          },
        ],
      })),
    ] as NonNullable<ScenarioInput['circuits']>,
    happenings: [
      set('erc-unlimited', -20, { bandwidthMbps: 500 }),
      set('erc-unlimited', 9, { tier: 'Premium' }),
      set('erc-premium', -11, { bandwidthMbps: 1_000 }),
      set('erc-premium', 5, { tier: 'Standard' }),
      set('erc-changing', -15, { bandwidthMbps: 200 }),
      set('erc-changing', -3, { tier: 'Premium' }),
      set('erc-changing', 7, { family: 'UnlimitedData' }),
    ],
  }
}

/** Returns the most recent change of month that is at least a day and a half ago. */
export function findLastMonthTurn(now: number): number {
  const at = new Date(now - 1.5 * MS_PER_DAY)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth())
}
