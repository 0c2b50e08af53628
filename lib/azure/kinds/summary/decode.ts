import type { SummaryRow } from '#lib/contract/index.ts'
import { address, field, integerOrNull, textOrNull } from '../../fields.ts'
import { parsePrefixState } from '../../prefix-state.ts'
import { parseUpDown } from '../../up-down.ts'
import { armRow } from '../../members.ts'

const printedState = field('text or number', (value) => {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : undefined
})

/** A row of routeTablesSummary. Source: Azure Network REST, ExpressRouteCircuitRoutesTableSummary. */
export const summaryRow = armRow({
  neighbor: address,
  as: integerOrNull,
  upDown: textOrNull,
  statePfxRcd: printedState,
}).transform(
  ({ as, upDown, statePfxRcd, neighbor }): SummaryRow => ({
    neighbor,
    asn: as,
    azureState: statePfxRcd,
    upDown: parseUpDown(upDown),
    ...parsePrefixState(statePfxRcd),
  }),
)
