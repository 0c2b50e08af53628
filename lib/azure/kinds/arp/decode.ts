import { canonicalAddress } from '#lib/bgp/index.ts'
import type { ArpRow } from '#lib/contract/index.ts'
import { integerOrNull, text, textOrNull } from '../../decode/fields.ts'
import { armRow } from '../../decode/members.ts'

/** What the router printed; an ARP entry is kept as printed even where its address can't be read. */
const printedAddress = text.transform((printed) => canonicalAddress(printed) ?? printed)

/** A row of arpTables. Source: Azure Network REST, ExpressRouteCircuitArpTable. */
export const arpRow = armRow({
  age: integerOrNull,
  interface: text,
  ipAddress: printedAddress,
  macAddress: textOrNull,
}).transform(
  ({ age, macAddress, ...row }): ArpRow => ({
    ...row,
    ageMinutes: age,
    macAddress: macAddress === null || /^incomplete$/i.test(macAddress.trim()) ? null : macAddress.trim(),
  }),
)
