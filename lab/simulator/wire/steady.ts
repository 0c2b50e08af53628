/** Bodies that depend only on a domain's state: built once for a state, and then returned as text. */
import type { DomainState } from '../state.ts'
import type { SimulatedWorld } from '../world.ts'

/** Maximum number of cached characters of all bodies. A table of 80,000 rows takes about 13 million. */
const KEPT_CHARACTERS = 64_000_000

/** Response body that does not change as long as the state of its domain does not change. */
export class CachedResponseBody {
  readonly key: string
  readonly make: () => unknown
  constructor(state: DomainState, key: string, make: () => unknown) {
    this.key = `${state.domain.id}|${state.signature}|${key}`
    this.make = make
  }
}

/** Returns the text of a body, from the cache if possible. The oldest bodies are dropped beyond the limit. */
export function getCachedResponseBodyText(world: SimulatedWorld, steady: CachedResponseBody): string {
  const known = world.bodies.get(steady.key)
  if (known !== undefined) return known
  const text = JSON.stringify(steady.make())
  let kept = text.length
  for (const body of world.bodies.values()) kept += body.length
  for (const [key, body] of world.bodies) {
    if (kept <= KEPT_CHARACTERS) break
    world.bodies.delete(key)
    kept -= body.length
  }
  world.bodies.set(steady.key, text)
  return text
}
