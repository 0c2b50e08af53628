import { gauge } from '#lib/platform/metrics.ts'
import { databasesInUse, heavyGate } from '#lib/questions/index.ts'

/** What the web does with the database, by what it uses it for, and its heavy questions: read whenever this process's metrics are. */
export function countConnections(): void {
  gauge(
    'peerwatch_database_connections',
    'Connections of this process by use and state',
    ['use', 'state'],
    (metric) => {
      for (const [use, { pool }] of databasesInUse()) {
        metric.set({ use, state: 'in_use' }, pool.totalCount - pool.idleCount)
        metric.set({ use, state: 'idle' }, pool.idleCount)
      }
    },
  )
  gauge('peerwatch_database_connections_limit', 'Most connections of a use', ['use'], (metric) => {
    for (const [use, { pool }] of databasesInUse()) metric.set({ use }, pool.options.max)
  })
  gauge('peerwatch_database_waiting', 'Callers that wait for a connection', ['use'], (metric) => {
    for (const [use, { pool }] of databasesInUse()) metric.set({ use }, pool.waitingCount)
  })
  gauge('peerwatch_heavy_questions', 'Heavy questions that are being answered', [], (metric) => {
    metric.set(heavyGate().inside)
  })
  gauge('peerwatch_heavy_questions_waiting', 'Heavy questions that wait for their turn', [], (metric) => {
    metric.set(heavyGate().waiting)
  })
}
