import type { ScenarioInput } from '../simulator/index.ts'

type Happenings = NonNullable<ScenarioInput['happenings']>

/** Twice the interval of tables: whatever lasts so long is polled while it lasts. */
const LEAST_MINUTES = 11

/** What befalls the estate, one after the other, and times in which Azure refuses, over any of it. */
export function happeningsOf(random: () => number, hours: number): Happenings {
  const below = (n: number) => Math.floor(random() * n)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const found: Happenings = []
  let left = hours * 3_600 - 5_400
  while (left > 5_400) {
    const seconds = LEAST_MINUTES * 60 + below(2_400)
    const during = { at: `-${left}s`, for: `${seconds}s` }
    found.push(
      pick<Happenings[number]>([
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
        fault: '500',
        operation: '*',
        at: `-${left + 1_200 - below(2_400)}s`,
        for: `${300 + below(1_500)}s`,
      })
    left -= seconds + LEAST_MINUTES * 60 + below(3_600)
  }
  return found
}
