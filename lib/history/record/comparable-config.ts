/**
 * Members of ARM bodies that report state and not configuration: they have tables of their own (connection,
 * counter), or change with every write (etag, systemData).
 */
const volatile = new Set([
  'etag',
  'systemdata',
  'connectionstatus',
  'tunnelconnectionstatus',
  'ingressbytestransferred',
  'egressbytestransferred',
  'stats',
])

/** A configuration without what is volatile in it; only for comparing. */
export function comparableConfig(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparableConfig)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => !volatile.has(name.toLowerCase()))
  return Object.fromEntries(kept.map(([name, member]) => [name, comparableConfig(member)]))
}
