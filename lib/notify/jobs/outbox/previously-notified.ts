import { FOLLOWS_NETWORK_FAULT_FLAG, type Severity } from '#lib/contract/index.ts'
import { type StoredEvent, findMergedIncidents } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatAlertId, parseAlertId, type ChannelAudience } from '../alerts/channel-audience.ts'
import { readAlerts, type StoredAlert } from '../../store/alerts.ts'
import { parseAlertState } from '../../rules/alert-state.ts'

/** An earlier notice that reported only failing polls, before the fault behind them was detected. */
export interface PreviousNotice {
  incidentId: string
  severity: Severity
  delivered: StoredAlert['delivered']
}

/**
 * Returns the earlier notice that an audience received about an incident while only its failing polls were known; null
 * if there is none.
 * @param reader connection that returns only data within the audience's scope
 */
export async function findPreviousNotice(
  db: SqlExecutor,
  { reader, audience }: { reader: SqlExecutor; audience: ChannelAudience },
  incidentId: string,
  events: readonly StoredEvent[],
): Promise<PreviousNotice | null> {
  if (!events.some(({ flags }) => flags.includes(FOLLOWS_NETWORK_FAULT_FLAG))) return null
  const left = await findMergedIncidents(reader, incidentId)
  const alerts = await readAlerts(
    db,
    left.map((id) => formatAlertId(id, audience)),
  )
  for (const { id, state, delivered } of alerts) {
    const { phase, severity } = parseAlertState(state)
    if (phase === 'open' && severity !== null) return { incidentId: parseAlertId(id).id, severity, delivered }
  }
  return null
}
