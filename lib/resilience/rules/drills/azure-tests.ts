import type { z } from 'zod'
import type { azureFailoverTestSchema } from '../../api/index.ts'
import type { ActivityRow, EpochMs, FailoverTestExplainingLosses } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'

/** Fields of an entry of the Activity Log that are needed for failover tests. */
export type LoggedOperation = Pick<ActivityRow, 'at' | 'operation' | 'status' | 'correlationId' | 'caller'>

type StatedTest = z.input<typeof azureFailoverTestSchema>
type LoggedTest = Pick<StatedTest, 'kind' | 'at' | 'stoppedAt' | 'startedBy'>

/**
 * Pattern of the names, in lower case, of the operations that start and stop Azure's failover tests.
 * Source: Azure Network REST, ExpressRouteGateways and VirtualNetworkGateways "Start Site Failover Test",
 * ExpressRouteCircuits "Start Circuit Link Failover Test".
 */
const TEST = /\/(start|stop)(sitefailovertest|circuitlinkfailovertest)\/action$/
const FAILED: ReadonlySet<string> = new Set(['failed', 'canceled', 'cancelled'])

/**
 * Returns the failover tests of a gateway or circuit in Azure from entries of its Activity Log, newest first. A test
 * whose start failed is left out.
 */
export function findAzureFailoverTests(entries: readonly LoggedOperation[]): LoggedTest[] {
  const operations = [
    ...Map.groupBy(entries, (entry) => entry.correlationId ?? `${entry.operation} ${entry.at}`).values(),
  ]
    .flatMap((own) => {
      const [first, ...others] = own.toSorted((a, b) => a.at - b.at)
      const match = first && TEST.exec(first.operation.toLowerCase())
      if (!first || !match) return []
      const isFailed = [first, ...others].some(({ status }) => FAILED.has(status.toLowerCase()))
      const caller = first.caller ?? others.find((one) => one.caller !== null)?.caller ?? null
      return isFailed ? [] : [{ at: first.at, word: match[1], of: match[2], caller }]
    })
    .toSorted((a, b) => a.at - b.at)
  return operations
    .flatMap(({ at, word, of, caller }, n): LoggedTest[] => {
      if (word !== 'start') return []
      const next = operations.slice(n + 1).find((one) => one.of === of)
      const kind = of === 'sitefailovertest' ? 'site' : 'link'
      return [{ kind, at, stoppedAt: next?.word === 'stop' ? next.at : null, startedBy: caller }]
    })
    .toReversed()
}

/** Maximum difference between the logged and the reported start of a test, milliseconds. */
const MAX_START_DIFFERENCE_MS = 5 * MS_PER_MINUTE

/**
 * Reports whether the start time in the Activity Log and the start time in Azure's report may belong to the same
 * failover test.
 */
export const isSameTestStart = (logged: EpochMs, reported: EpochMs): boolean =>
  Math.abs(logged - reported) <= MAX_START_DIFFERENCE_MS

const NOT_REPORTED = {
  location: null,
  status: null,
  verdict: null,
  circuits: [],
  connections: [],
  link: null,
  issues: [],
  nonRedundant: null,
}

/**
 * Combines the failover tests of a gateway or circuit in the Activity Log with those that Azure reports, newest first.
 * The report contains the exact start and the state, and may contain a test before the log does.
 */
export function joinAzureFailoverTests(
  logged: readonly LoggedTest[],
  reported: readonly FailoverTestExplainingLosses[],
): Omit<StatedTest, 'scope' | 'scopeName'>[] {
  const isSame = (one: LoggedTest, { from }: FailoverTestExplainingLosses) => isSameTestStart(one.at, from)
  const known = reported.map((test) => {
    const entry = logged.find((one) => isSame(one, test))
    return {
      kind: test.location === '' ? ('link' as const) : ('site' as const),
      at: test.from,
      stoppedAt: test.to ?? entry?.stoppedAt ?? null,
      startedBy: entry?.startedBy ?? null,
      location: test.location || null,
      status: test.status,
      verdict: test.verdict,
      circuits: test.circuits,
      connections: test.connections.map(({ name, status, at }) => ({ name, status, at })),
      link: test.report?.link ? { path: test.path, ...test.report.link } : null,
      issues: test.report?.issues ?? [],
      nonRedundant: test.report?.nonRedundant ?? null,
    }
  })
  const others = logged.filter((one) => !reported.some((test) => isSame(one, test)))
  return [...known, ...others.map((one) => ({ ...one, ...NOT_REPORTED }))].toSorted((a, b) => b.at - a.at)
}
