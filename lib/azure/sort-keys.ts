import { type IpAddress, parseAddress, parsePrefix } from '#lib/bgp/index.ts'

function sortable({ family, value }: IpAddress): string {
  return family === 4 ? `4${value.toString(16).padStart(8, '0')}` : `6${value.toString(16).padStart(32, '0')}`
}

/**
 * Returns a text by which addresses can be sorted: null first, then IPv4, then IPv6, then text that is not an address.
 */
export function buildAddressSortKey(text: string | null): string {
  if (text === null) return '0'
  const address = parseAddress(text)
  return address ? sortable(address) : `9${text}`
}

/** Returns a text by which prefixes can be sorted: by address, and for the same address the shorter prefix first. */
export function buildPrefixSortKey(text: string): string {
  const prefix = parsePrefix(text)
  if (!prefix) return `9${text}`
  return `${sortable({ family: prefix.family, value: prefix.bits })}/${String(prefix.length).padStart(3, '0')}`
}

/**
 * Sorts rows by a key. The key is computed only once per row, because parsing addresses in each comparison is too slow
 * for tables of 10,000 rows.
 */
export function sortByKey<Row>(rows: readonly Row[], key: (row: Row) => string): Row[] {
  return rows
    .map((row) => ({ row, key: key(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row)
}

/**
 * Removes rows with duplicate keys. The first row with a key is kept, or, if `better` is given, the row that sorts
 * first.
 */
export function removeDuplicates<Row>(
  rows: readonly Row[],
  key: (row: Row) => string,
  better?: (a: Row, b: Row) => number,
): Row[] {
  const kept = new Map<string, Row>()
  for (const row of rows) {
    const id = key(row)
    const held = kept.get(id)
    if (held === undefined || (better && better(row, held) < 0)) kept.set(id, row)
  }
  return [...kept.values()]
}
