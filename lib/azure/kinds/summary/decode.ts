import type { SummaryRow } from '#lib/contract/index.ts'
import { address, field, integerOrNull, textOrNull } from '../../decode/fields.ts'
import { parsePrefixState } from '../../decode/prefix-state.ts'
import { parseUpDown } from '../../decode/up-down.ts'
import { armRow } from '../../decode/members.ts'

const printedState = field('text or number', (value) => {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : undefined
})

/** Of a text that nobody can read, as much as is kept. */
const LONGEST_TEXT = 40

/** A row of routeTablesSummary. Source: Azure Network REST, ExpressRouteCircuitRoutesTableSummary. */
export const summaryRow = armRow({
  neighbor: address,
  as: integerOrNull,
  upDown: textOrNull,
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
