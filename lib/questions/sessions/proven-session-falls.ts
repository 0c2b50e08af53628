import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { armTypes, INSTANT_BEFORE_MONITORING, getPeeringConfiguredState } from '#lib/contract/index.ts'
import { judgeProvisioningLayer } from '#lib/detection/index.ts'
import { type ConfigInterval, readConfigIntervals, type SessionAtMoment } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { isSameIgnoringCase } from './session-facts.ts'

/**
 * Removes the time at which a session went down if this time is not proven. It is not proven if Peerwatch never
 * observed the session as up and the peering was not in use in every known configuration. Such a session may never have
 * been up (docs/rules/verdicts.md, "Session").
 */
export async function removeUnprovenSessionFalls(q: SqlExecutor, rows: SessionAtMoment[]): Promise<SessionAtMoment[]> {
  const doubtful = rows.filter(isUnseenFall)
  if (doubtful.length === 0) return rows
  const ids = [...new Set(doubtful.map(({ scope }) => scope))]
  const circuits = await readConfigIntervals(q, { type: armTypes.circuit, since: INSTANT_BEFORE_MONITORING, ids })
  const intervals = new Map(circuits.map((circuit) => [circuit.id, circuit.intervals]))
  const isProven = ({ scope, peering }: SessionAtMoment) => wasMeantAlways(intervals.get(scope) ?? [], peering)
  return rows.map((row) => (isUnseenFall(row) && !isProven(row) ? { ...row, fellAt: null } : row))
}

const isUnseenFall = ({ kind, fellAt, everEstablished }: SessionAtMoment) =>
  kind === 'summary' && fellAt !== null && !everEstablished

/**
 * Reports whether a peering was provisioned and enabled in every known configuration of its circuit, including the
 * oldest one.
 */
function wasMeantAlways(intervals: readonly ConfigInterval[], name: string | null): boolean {
  return (
    intervals[0]?.from === null &&
    intervals.every(({ config }) => {
      const { provisioning, peerings } = decodeResourceConfig(armTypes.circuit, config)
      const peering = peerings.find((one) => isSameIgnoringCase(one.name, name))
      return (
        peering !== undefined &&
        judgeProvisioningLayer({ ...provisioning, peering: getPeeringConfiguredState(peering) }) === 'up'
      )
    })
  )
}
