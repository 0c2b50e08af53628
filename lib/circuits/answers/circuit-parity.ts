import type { PollKind } from '#lib/contract/index.ts'
import type { ParityParameters, CircuitsEndpointResponse } from '../api/index.ts'
import { comparePathTables } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  NotFoundError,
  selectCircuitPeering,
  readTopology,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  resolveCircuit,
} from '#lib/questions/index.ts'

const kinds: readonly PollKind[] = ['tables']
/**
 * Maximum number of different routes that the response lists. The response also contains the total number of
 * differences. If there are more differences than this, probably a whole table is wrong, so that a longer list would
 * not help.
 */
const MAX_DIFFERENCES = 50

/**
 * Compares the current route tables of a circuit's two paths for one peering. The data are null if the circuit has no
 * peering, or until both tables have been read.
 */
export async function getCircuitPathParity(
  db: ReadableDatabase,
  id: string,
  parameters: ParityParameters = {},
): Promise<CircuitsEndpointResponse<'circuitParity'>> {
  const now = getDatabaseNow()
  const q = getSqlExecutor(db)
  const { id: scope } = await resolveCircuit(q, id)
  const estate = await readTopology(q)
  const circuit = estate.circuits.find(({ resource }) => resource.id === scope)
  const chosen = circuit && parameters.peering ? selectCircuitPeering(circuit, parameters.peering) : circuit
  if (chosen === null)
    throw new NotFoundError(`the circuit has no ${parameters.peering} peering: send another, or none`)
  const peering = chosen?.peering?.name
  const table = (path: string) => [{ scope, subresource: `${peering}/${path}` }]
  const compared =
    peering === undefined
      ? null
      : await comparePathTables(q, { a: table('primary'), b: table('secondary'), within: [], most: MAX_DIFFERENCES })
  const sources = await readSources(q, scope)
  return {
    data: compared && {
      shared: compared.shared,
      unequal: compared.unequal,
      onlyPrimary: compared.onlyA,
      onlySecondary: compared.onlyB,
      differences: compared.differences.map(({ prefix, a, b }) => ({
        prefix,
        primary: a && [...a.asPath],
        primaryText: a?.asPathText,
        secondary: b && [...b.asPath],
        secondaryText: b?.asPathText,
      })),
    },
    ...buildFreshnessFields(pickPollsOfKinds(sources, kinds), now),
  }
}
