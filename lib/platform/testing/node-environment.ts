const NAMES = ['PATH', 'NODE_COMPILE_CACHE', 'NODE_OPTIONS']

/**
 * What a Node process that a test starts with an environment of its own needs of this one: where programs are, and what Node compiled
 * already for the same NODE_OPTIONS, which is half of a start.
 */
export function nodeEnvironment(): Record<string, string> {
  const known = NAMES.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(known)
}
