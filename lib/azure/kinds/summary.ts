import { armTypes, type SummaryRow } from '#lib/contract/index.ts'
import { decodeRowsWithSchema } from '../decode/decode.ts'
import type { OperationRows } from '../call/long-running.ts'
import { armAddressSchema, createArmField, armIntegerOrNullSchema, armTextOrNullSchema } from '../decode/fields.ts'
import { createArmRowSchema } from '../decode/members.ts'
import { parsePrefixState } from '../decode/prefix-state.ts'
import { parseUpDown } from '../decode/up-down.ts'
import { buildAddressSortKey, removeDuplicates, sortByKey } from '../sort-keys.ts'
import { createPathTableRequest, createPathCommand } from './arm-requests.ts'
import { type KindDefinition, defineTableKind } from './kind.ts'
import { listPathSubresources, parsePathSubresource } from './path-subresource.ts'

const printedState = createArmField('text or number', (value) => {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : undefined
})

/** Maximum number of characters of a duration that could not be parsed. The rest is cut off. */
const LONGEST_TEXT = 40

/** Schema of a row of routeTablesSummary. Source: Azure Network REST, ExpressRouteCircuitRoutesTableSummary. */
export const summaryRowSchema = createArmRowSchema({
  neighbor: armAddressSchema,
  as: armIntegerOrNullSchema,
  upDown: armTextOrNullSchema,
  statePfxRcd: printedState,
}).transform(({ as, upDown: printed, statePfxRcd, neighbor }): SummaryRow => {
  const upDown = parseUpDown(printed)
  return {
    neighbor,
    asn: as,
    azureState: statePfxRcd,
    upDown,
    ...(upDown === null && printed?.trim() && { upDownText: printed.trim().slice(0, LONGEST_TEXT) }),
    ...parsePrefixState(statePfxRcd),
  }
})

/** Polls the BGP neighbors of Microsoft's edge router (MSEE) on one path of a circuit's peering. */
export const summaryPollKind: KindDefinition<'summary'> = {
  types: [armTypes.circuit],
  actions: ['Microsoft.Network/expressRouteCircuits/peerings/routeTablesSummary/*'],
  command: createPathCommand('list-route-tables-summary'),
  putOff: 'later',
  interval: 'sessionsMs',
  subresources: listPathSubresources,
  plainRequest: createPathTableRequest('routeTablesSummary'),
  ...defineTableKind(
    'sessions',
    ({ arm, id, subresource }, options) => {
      const { peering, path } = parsePathSubresource(subresource, 'summary')
      return arm.network.expressRouteCircuits.listRoutesTableSummary(id.resourceGroup, id.name, peering, path, options)
    },
    summaryIn,
  ),
}

function summaryIn({ rows, at, unread }: OperationRows): SummaryRow[] {
  const single = removeDuplicates(
    decodeRowsWithSchema(summaryRowSchema, rows, at, unread),
    (row) => row.neighbor,
    (a, b) => Number(b.state === 'established') - Number(a.state === 'established'),
  )
  return sortByKey(single, (row) => buildAddressSortKey(row.neighbor))
}
