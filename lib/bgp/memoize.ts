/**
 * Returns a function that computes its result once per object. The result is kept as long as the object is referenced
 * anywhere else.
 */
export function memoizePerObject<Owner extends object, Value>(
  compute: (owner: Owner) => Value,
): (owner: Owner) => Value {
  const known = new WeakMap<Owner, { value: Value }>()
  return (owner) => {
    const found = known.get(owner) ?? { value: compute(owner) }
    known.set(owner, found)
    return found.value
  }
}

/**
 * Returns a function that creates a value once per process, even if a web bundler instantiates a module more than once.
 */
export function memoizePerProcess<Value extends object>(name: string, make: () => Value): () => Value {
  const key = Symbol.for(`peerwatch.${name}`)
  const holder = globalThis as Record<symbol, unknown> as Record<symbol, Value | undefined>
  return () => (holder[key] ??= make())
}
