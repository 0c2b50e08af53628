/** The name behind a type in an ARM id, e.g. of `virtualNetworks`; null if the id holds no such type. */
export function nameInArmId(id: string | null, type: string): string | null {
  const segments = id?.split('/') ?? []
  const index = segments.findIndex((segment) => segment.toLowerCase() === type.toLowerCase())
  return index < 0 ? null : (segments[index + 1] ?? null)
}
